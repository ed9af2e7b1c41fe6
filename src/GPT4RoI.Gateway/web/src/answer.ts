import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Api } from './api.ts';
import { explain, isBroken, isTransient } from './failure.ts';
import type { AskRequestSchema } from './generated/gpt4roi/v1/conversation_service_pb.ts';
import type { Finished, Stage } from './generated/gpt4roi/v1/generation_pb.ts';
import { CoordinateSpace } from './generated/gpt4roi/v1/region_pb.ts';
import type { Turn } from './turn.ts';

const TRIES = 5;
const TRIES_BEFORE_ANYTHING_CAME = 2;
const FIRST_PAUSE_MS = 400;

export type AnswerEvent =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reconnecting' }
  | { readonly kind: 'finished'; readonly finished: Finished };

/** The answer to one turn. A stream that breaks goes on behind its last token: no token is lost, none comes twice. */
export class Answer {
  readonly #api: Api;
  readonly #turn: Turn;
  readonly #encoder = new TextEncoder();
  #hasFinished = false;
  #stage = 0;
  #tokens = 0;
  #textBytes = 0;

  constructor(api: Api, turn: Turn) {
    [this.#api, this.#turn] = [api, turn];
  }

  /**
   * Asks, and asks again if the connection breaks: the turn has a name, so the server answers it once. A connection that breaks before anything has come
   * gets one more try only, since the server may not be there at all. May be called again after it has failed.
   */
  async *events(signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    for (let tries = 1; ; tries++) {
      const before = this.#progress;
      try {
        yield* this.#stream(signal);
        return;
      } catch (error) {
        if (this.#hasFinished) {
          return;
        }
        if (await this.#api.keys.settles(error)) {
          continue;
        }
        tries = this.#progress === before ? tries : 1;
        const isBegun = this.#progress > 0;
        if (signal.aborted || !(isBegun ? isTransient(error) : isBroken(error)) || tries === (isBegun ? TRIES : TRIES_BEFORE_ANYTHING_CAME)) {
          throw error;
        }
        yield { kind: 'reconnecting' };
        await pause(explain(error).retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tries, signal);
      }
    }
  }

  get #progress(): number {
    return this.#stage + this.#tokens;
  }

  async *#stream(signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    for await (const { event } of this.#api.conversations.ask(this.#request(), { signal })) {
      switch (event.case) {
        case 'progress':
          if (event.value.stage > this.#stage) {
            this.#stage = event.value.stage;
            yield { kind: 'stage', stage: event.value.stage };
          }
          break;
        case 'tokens':
          this.#tokens += event.value.tokenIds.length;
          this.#textBytes += this.#encoder.encode(event.value.text).length;
          yield { kind: 'text', text: event.value.text };
          break;
        case 'finished':
          this.#hasFinished = true;
          yield { kind: 'finished', finished: event.value };
          break;
      }
    }
    if (!this.#hasFinished) {
      throw new ConnectError('The answer has no end.', Code.Unavailable);
    }
  }

  #request(): MessageInitShape<typeof AskRequestSchema> {
    const { id, conversationId, question, newRegions, sampling: { seed, ...sampling } } = this.#turn;
    return {
      conversationId,
      question,
      turnId: id,
      newRegions: newRegions.map(({ id, box }) => ({ id, box: { ...box, space: CoordinateSpace.PIXELS } })),
      sampling: { ...sampling, ...(seed !== undefined && { seed: BigInt(seed) }) },
      ...(this.#tokens > 0 && { received: { tokens: this.#tokens, textBytes: this.#textBytes } }),
    };
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new ConnectError('Stopped.', Code.Canceled));
    }, { once: true });
  });
}
