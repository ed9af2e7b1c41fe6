import { button, byId, element } from './dom.ts';
import { type Finished, Stage } from './generated/gpt4roi/v1/generation_pb.ts';
import { pieces } from './mentions.ts';
import { colourOf } from './regions.ts';
import { stats } from './stats.ts';

const STAGES: readonly (readonly [Stage, string])[] = [
  [Stage.QUEUED, 'Queued'],
  [Stage.ENCODING, 'Picture'],
  [Stage.REGIONS, 'Regions'],
  [Stage.PREFILL, 'Reading'],
];

/** Pixels from the end within which a reader is taken to follow the answer. */
const NEAR_END = 160;

/** The turns, oldest first. */
export class Transcript {
  readonly #log = byId('log', HTMLElement);
  readonly #status = byId('status', HTMLElement);

  constructor() {
    new ResizeObserver(() => this.follow()).observe(this.#log);
  }

  /** Adds a question, and room for its answer. */
  add(question: string, askAgain: (view: TurnView) => void): TurnView {
    const view = new TurnView(question, this, askAgain);
    this.#log.append(view.root);
    this.follow(true);
    return view;
  }

  clear(): void {
    this.#log.replaceChildren();
    this.say('');
  }

  /** While an answer comes, readers of the screen wait for the whole. */
  set busy(busy: boolean) {
    this.#log.setAttribute('aria-busy', String(busy));
  }

  /** Tells readers of the screen what goes on. */
  say(text: string): void {
    this.#status.textContent = text;
  }

  /** Shows the end, unless somebody has scrolled away from it. */
  follow(always = false): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (always || scrollHeight - scrollTop - clientHeight < NEAR_END) {
      this.#log.scrollTop = scrollHeight;
    }
  }
}

/** One question and its answer, as they are shown. */
export class TurnView {
  readonly root = element('article', { class: 'turn' });
  readonly #transcript: Transcript;
  readonly #text = document.createTextNode('');
  readonly #answer = element('p', { class: 'answer', hidden: '' }, this.#text);
  readonly #stages = element('ol', { class: 'stages', hidden: '' });
  readonly #note = element('p', { class: 'turn-note', hidden: '' });
  readonly #foot = element('div', { class: 'turn-foot', hidden: '' });
  readonly #copyButton = button('Copy', 'copy', () => void this.#copy());
  readonly #began = performance.now();
  #firstTokenMs: number | undefined;

  constructor(
    readonly question: string,
    transcript: Transcript,
    askAgain: (view: TurnView) => void,
  ) {
    this.#transcript = transcript;
    for (const [, name] of STAGES) {
      this.#stages.append(element('li', {}, name));
    }
    this.#foot.append(
      this.#copyButton,
      button('Ask again', 'again', () => askAgain(this)),
    );
    this.root.append(asked(question), this.#stages, this.#answer, this.#note, this.#foot);
  }

  /** It has come to an end without an answer, or with a part of one. */
  get isUnfinished(): boolean {
    return this.root.classList.contains('unfinished');
  }

  stage(stage: Stage): void {
    this.#stages.hidden = false;
    this.#note.hidden = true;
    STAGES.forEach(([known], place) => {
      const item = this.#stages.children[place];
      item?.classList.toggle('done', known < stage);
      item?.classList.toggle('now', known === stage);
      if (known === stage) {
        this.#transcript.say(`${item?.textContent} …`);
      }
    });
  }

  append(text: string): void {
    this.#firstTokenMs ??= performance.now() - this.#began;
    this.#stages.hidden = true;
    this.#note.hidden = true;
    this.#answer.hidden = false;
    this.#answer.classList.add('streaming');
    this.#text.data += text;
    this.#transcript.follow();
  }

  reconnecting(): void {
    this.#tell('The connection broke. Picking the answer up again …');
  }

  finish(finished: Finished): void {
    this.recall(finished.answer);
    this.#foot.prepend(stats(finished, this.#firstTokenMs));
    this.#transcript.say('The answer is complete.');
    this.#transcript.follow();
  }

  /** Shows an answer that is known already. */
  recall(answer: string): void {
    this.root.classList.remove('unfinished');
    this.#text.data = answer;
    this.#answer.hidden = false;
    this.#note.hidden = true;
    this.#rest();
  }

  /** The answer came to no end. */
  end(note: string): void {
    this.#rest();
    this.root.classList.add('unfinished');
    this.#tell(note);
  }

  /** The answer is asked for once more. */
  restart(): void {
    this.root.classList.remove('unfinished');
    this.#note.hidden = true;
    this.#foot.hidden = true;
  }

  #rest(): void {
    this.#stages.hidden = true;
    this.#answer.classList.remove('streaming');
    this.#copyButton.hidden = this.#text.length === 0;
    this.#foot.hidden = false;
  }

  #tell(note: string): void {
    this.#note.textContent = note;
    this.#note.hidden = false;
    this.#transcript.say(note);
    this.#transcript.follow();
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#text.data);
      this.#transcript.say('Copied.');
    } catch {
      // there is no clipboard without a secure context or the user's leave
      getSelection()?.selectAllChildren(this.#answer);
      this.#transcript.say('The answer is selected: copy it with the keyboard.');
    }
  }
}

function asked(question: string): HTMLElement {
  const shown = element('p', { class: 'question' });
  for (const piece of pieces(question)) {
    shown.append(typeof piece === 'number' ? element('span', { class: `mention ${colourOf(piece)}` }, `region${piece}`) : piece);
  }
  return shown;
}
