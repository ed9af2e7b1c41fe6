import { Answer, type AnswerEvent } from './answer.ts';
import type { Api } from './api.ts';
import type { Composer } from './composer.ts';
import { explain, isPictureLost } from './failure.ts';
import type { Conversation as ConversationMessage } from './generated/gpt4roi/v1/conversation_service_pb.ts';
import { mentionedIds, review } from './mentions.ts';
import type { Regions } from './regions.ts';
import { sampling } from './settings.ts';
import type { Toasts } from './toast.ts';
import type { Transcript, TurnView } from './transcript.ts';
import { newSeed, newTurnId, openTurn, type Sampling, type Turn } from './turn.ts';

/** A turn on its way: what is asked, what has come of it, and where it is shown. */
interface Asking {
  readonly turn: Turn;
  readonly answer: Answer;
  readonly view: TurnView;
  /** If the server has lost the picture, it may be given once more. */
  readonly mayRestore: boolean;
}

interface Surroundings {
  readonly api: Api;
  readonly regions: Regions;
  readonly transcript: Transcript;
  readonly composer: Composer;
  readonly toasts: Toasts;
  /** Uploads the picture again if the server has lost it; false if nobody has it. */
  readonly restorePicture: () => Promise<boolean>;
}

/** The open conversation: asks one question at a time, and shows what comes of it. */
export class Conversation {
  readonly #here: Surroundings;
  #id = '';
  #turns = 0;
  #stop: AbortController | undefined;

  constructor(here: Surroundings) {
    this.#here = here;
  }

  /** Empty if none is open. */
  get id(): string {
    return this.#id;
  }

  /** Shows a conversation, and goes on with the turn in which this tab has left it. */
  open({ id, turns }: ConversationMessage): void {
    this.close();
    [this.#id, this.#turns] = [id, turns.length];
    for (const { question, answer } of turns) {
      this.#view(question).recall(answer);
    }
    const left = openTurn.of(id, turns.length);
    if (left) {
      void this.#begin(left);
    }
  }

  /** Leaves it, in mid-answer if need be. */
  close(): void {
    this.#end();
    [this.#id, this.#turns] = ['', 0];
    this.#here.transcript.clear();
  }

  ask(question: string, chosen: Sampling = sampling()): void {
    const mentioned = mentionedIds(question);
    void this.#begin({
      id: newTurnId(),
      conversationId: this.#id,
      question,
      newRegions: this.#here.regions.unasked.filter(({ id }) => mentioned.includes(id)),
      sampling: chosen,
    });
  }

  /** Ends the running answer. */
  stop(): void {
    this.#stop?.abort();
  }

  #view(question: string): TurnView {
    return this.#here.transcript.add(question, (view) => this.#askAgain(view));
  }

  /** The same question, in other words of the model: a further turn, or the place of one that has no answer. */
  #askAgain(view: TurnView): void {
    if (this.#stop) {
      return;
    }
    if (review(view.question, this.#here.regions).problem) {
      this.#here.composer.replace(view.question); // which says what the problem is
      return;
    }
    if (view.isUnfinished) {
      view.root.remove();
    }
    this.ask(view.question, { ...sampling(), seed: newSeed() });
  }

  #begin(turn: Turn): Promise<void> {
    return this.#run({ turn, answer: new Answer(this.#here.api, turn), view: this.#view(turn.question), mayRestore: true });
  }

  async #run(asking: Asking): Promise<void> {
    const { composer, regions, transcript } = this.#here;
    const stop = new AbortController();
    this.#stop = stop;
    composer.answering = transcript.busy = true;
    regions.ask(asking.turn.newRegions);
    openTurn.keep({ turn: asking.turn, turnsBefore: this.#turns });
    try {
      for await (const event of asking.answer.events(stop.signal)) {
        show(event, asking.view);
      }
      this.#turns++;
      openTurn.forget();
    } catch (error) {
      if (this.#stop === stop) {
        await this.#fail(asking, error, stop.signal.aborted);
      }
    } finally {
      if (this.#stop === stop) {
        this.#end();
      }
    }
  }

  #end(): void {
    const { composer, transcript } = this.#here;
    this.#stop?.abort();
    this.#stop = undefined;
    composer.answering = transcript.busy = false;
  }

  async #fail(asking: Asking, error: unknown, isStopped: boolean): Promise<void> {
    const { regions, toasts, restorePicture } = this.#here;
    const { turn, view } = asking;
    if (asking.mayRestore && isPictureLost(error) && (await restorePicture())) {
      return turn.conversationId === this.#id ? this.#run({ ...asking, mayRestore: false }) : undefined;
    }
    regions.release(turn.newRegions);
    const { message, mayPass } = explain(error);
    if (isStopped || !mayPass) {
      openTurn.forget();
    }
    if (!isStopped) {
      view.end(`No answer. ${message}`);
      toasts.show(error, () => this.#retry(asking));
      return;
    }
    view.end('Stopped. The model will not remember this turn.');
    await this.#recallIfFinished(asking);
  }

  #retry(asking: Asking): void {
    if (!this.#stop && asking.turn.conversationId === this.#id) {
      asking.view.restart();
      void this.#run(asking);
    }
  }

  /** A turn may have ended just before it was stopped: then the conversation has it. */
  async #recallIfFinished({ turn, view }: Asking): Promise<void> {
    const { api, regions, toasts } = this.#here;
    try {
      const { conversation } = await api.conversations.getConversation({ conversationId: turn.conversationId });
      const last = conversation?.turns[this.#turns];
      if (last && turn.conversationId === this.#id) {
        this.#turns++;
        regions.ask(turn.newRegions);
        view.recall(last.answer);
      }
    } catch (error) {
      toasts.show(error);
    }
  }
}

function show(event: AnswerEvent, view: TurnView): void {
  switch (event.kind) {
    case 'stage':
      return view.stage(event.stage);
    case 'text':
      return view.append(event.text);
    case 'reconnecting':
      return view.reconnecting();
    case 'finished':
      return view.finish(event.finished);
  }
}
