import type { Region } from './regions.ts';

/** How tokens are chosen; what is not set is the server's to choose. */
export interface Sampling {
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
}

/** One question of a conversation. */
export interface Turn {
  /** Names it to the server, so that it can be asked again without being asked twice. */
  readonly id: string;
  readonly conversationId: string;
  readonly question: string;
  /** Regions that the question mentions first. */
  readonly newRegions: readonly Region[];
  readonly sampling: Sampling;
}

const STORED = 'gpt4roi.open-turn';

/** A name for a turn. (randomUUID needs a secure context, and a gateway may be reached by plain HTTP.) */
export const newTurnId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** A turn whose answer has not ended, with the number of turns before it. Kept over a reload. */
export interface OpenTurn {
  readonly turn: Turn;
  readonly turnsBefore: number;
}

export const openTurn = {
  keep(open: OpenTurn): void {
    sessionStorage.setItem(STORED, JSON.stringify(open));
  },

  /** The turn that was left open, if it still waits for its answer in this conversation. */
  of(conversationId: string, turns: number): Turn | undefined {
    const stored = sessionStorage.getItem(STORED);
    const open = stored ? (JSON.parse(stored) as OpenTurn) : undefined;
    return open?.turn.conversationId === conversationId && open.turnsBefore === turns ? open.turn : undefined;
  },

  forget(): void {
    sessionStorage.removeItem(STORED);
  },
};
