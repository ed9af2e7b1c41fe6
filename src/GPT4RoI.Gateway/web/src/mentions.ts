import type { Regions } from './regions.ts';

const MENTION = /<region([0-9]+)>/g;
const MOST_NEW_REGIONS = 64;
const MOST_CHARACTERS = 8000;

/** What stands between a question and the server. */
export interface Review {
  /** Why it cannot be sent. */
  readonly problem?: string;
  /** What the sender may not expect. */
  readonly hint?: string;
}

/** A question in pieces: text, and the numbers of the regions that it mentions. */
export function pieces(question: string): (string | number)[] {
  // split() gives what the group has matched at every odd place
  return question.split(MENTION).map((piece, place) => (place % 2 === 1 ? Number(piece) : piece));
}

/** Numbers of the mentioned regions, each once. */
export function mentionedIds(question: string): number[] {
  return [...new Set(pieces(question).filter((piece) => typeof piece === 'number'))];
}

/** Compares a question with the boxes in the picture, as the server will. */
export function review(question: string, regions: Regions): Review {
  const ids = mentionedIds(question);
  const unknown = ids.filter((id) => !regions.get(id));
  if (unknown.length > 0) {
    return { problem: `There is no box for ${list(unknown, tag)}. Draw it, or take ${unknown.length > 1 ? 'them' : 'it'} out of the question.` };
  }
  if ([...question].length > MOST_CHARACTERS) {
    return { problem: `A question has at most ${MOST_CHARACTERS.toLocaleString('en')} characters.` };
  }
  if (ids.filter((id) => !regions.get(id)?.asked).length > MOST_NEW_REGIONS) {
    return { problem: `A question can bring in at most ${MOST_NEW_REGIONS} new boxes.` };
  }
  const left = regions.unasked.map(({ id }) => id).filter((id) => !ids.includes(id));
  return question.trim() && left.length > 0
    ? { hint: `${left.length > 1 ? 'Boxes' : 'Box'} ${list(left, String)} not mentioned: the model sees ${left.length > 1 ? 'them' : 'it'} once a question says ${list(left, tag)}.` }
    : {};
}

const tag = (id: number): string => `<region${id}>`;

function list(ids: readonly number[], name: (id: number) => string): string {
  return new Intl.ListFormat('en').format(ids.map(name));
}
