import { durationMs, type Duration } from '@bufbuild/protobuf/wkt';
import { element } from './dom.ts';
import { type Finished, FinishReason } from './generated/gpt4roi/v1/generation_pb.ts';

/** What an answer cost: one line, and the rest of it behind a click. */
export function stats(finished: Finished, firstTokenMs: number | undefined): HTMLElement {
  const { usage, timings } = finished;
  const tokens = usage?.outputTokens ?? 0;
  const decode = milliseconds(timings?.decode);
  // the first token ends the prefill, so decoding made the others
  const rate = tokens > 1 && decode > 0 ? ((tokens - 1) * 1000) / decode : undefined;
  const line = [
    `${tokens} ${tokens === 1 ? 'token' : 'tokens'}`,
    firstTokenMs !== undefined && `first after ${time(firstTokenMs)}`,
    rate !== undefined && `${rate.toFixed(rate < 10 ? 1 : 0)} tok/s`,
    `queued ${time(milliseconds(timings?.queue))}`,
    finished.reason === FinishReason.LENGTH && 'cut at the token limit',
  ].filter(Boolean);
  const rows: [string, string][] = [
    ['Prompt tokens', String(usage?.inputTokens ?? 0)],
    ['of the picture', String(usage?.imageTokens ?? 0)],
    ['of regions', String(usage?.regionTokens ?? 0)],
    ['from the cache', String(usage?.cachedTokens ?? 0)],
    ['Picture', time(milliseconds(timings?.encoding))],
    ['Regions', time(milliseconds(timings?.regions))],
    ['Prefill', time(milliseconds(timings?.prefill))],
    ['Decode', time(decode)],
    ['Whole turn', time(milliseconds(timings?.total))],
  ];
  const table = element('dl', { class: 'stats-table' });
  for (const [name, value] of rows) {
    table.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  }
  return element('details', { class: 'stats' }, element('summary', {}, line.join(' · ')), table);
}

const milliseconds = (duration: Duration | undefined): number => (duration ? durationMs(duration) : 0);

const time = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
