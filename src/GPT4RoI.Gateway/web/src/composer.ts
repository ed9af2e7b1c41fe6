import { byId, element } from './dom.ts';
import { mentionedIds, review } from './mentions.ts';
import { colourOf, type Region, type Regions } from './regions.ts';

/** Where the question is written: chips for the regions, what is wrong with it, send and stop. */
export class Composer {
  readonly #form = byId('composer', HTMLFormElement);
  readonly #field = byId('question', HTMLTextAreaElement);
  readonly #chips = byId('chips', HTMLElement);
  readonly #suggestions = byId('suggestions', HTMLElement);
  readonly #review = byId('review', HTMLElement);
  readonly #send = byId('send', HTMLButtonElement);
  readonly #stop = byId('stop', HTMLButtonElement);
  readonly #regions: Regions;

  constructor(regions: Regions, on: { send: (question: string) => void; stop: () => void }) {
    this.#regions = regions;
    regions.addEventListener('change', () => this.#render());
    this.#field.addEventListener('input', () => this.#render());
    this.#field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#form.requestSubmit();
      }
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(on.send);
    });
    this.#stop.addEventListener('click', on.stop);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.#stop.hidden) {
        on.stop();
      }
    });
    this.#render();
  }

  /** An answer is coming: there is something to stop and nothing to send. */
  set answering(answering: boolean) {
    const hadFocus = this.#stop === document.activeElement;
    this.#send.hidden = answering;
    this.#stop.hidden = !answering;
    if (hadFocus) {
      this.#field.focus();
    }
  }

  set enabled(enabled: boolean) {
    this.#field.disabled = !enabled;
    this.#render();
  }

  /** Puts text where the caret is. */
  insert(text: string): void {
    const { value, selectionStart, selectionEnd } = this.#field;
    const before = value.slice(0, selectionStart);
    const spaced = (before && !/\s$/.test(before) ? ' ' : '') + text;
    this.#field.setRangeText(spaced, selectionStart, selectionEnd, 'end');
    this.#field.focus();
    this.#render();
  }

  /** Puts a question there in place of what is there. */
  replace(question: string): void {
    this.#field.value = question;
    this.#render();
  }

  #submit(send: (question: string) => void): void {
    const question = this.#field.value.trim();
    if (this.#send.hidden || this.#field.disabled || !question) {
      return;
    }
    if (review(question, this.#regions).problem) {
      this.#field.focus();
      return;
    }
    this.replace('');
    send(question);
  }

  #render(): void {
    const question = this.#field.value;
    const { problem, hint } = review(question, this.#regions);
    const remark = problem ?? hint ?? '';
    if (this.#review.textContent !== remark) {
      this.#review.textContent = remark; // a live region: said once
    }
    this.#review.classList.toggle('problem', problem !== undefined);
    this.#field.setAttribute('aria-invalid', String(problem !== undefined));
    this.#send.disabled = this.#field.disabled || question.trim() === '';

    const mentioned = new Set(mentionedIds(question));
    this.#chips.replaceChildren(...this.#regions.all.map((region) => this.#chip(region, mentioned.has(region.id))));
    this.#suggestions.replaceChildren(...(question === '' && !this.#field.disabled ? this.#suggested() : []));
  }

  #chip({ id }: Region, isMentioned: boolean): HTMLElement {
    const chip = element(
      'button',
      { type: 'button', class: `chip ${colourOf(id)}`, 'data-region': String(id), 'aria-pressed': String(isMentioned), title: `Insert <region${id}>` },
      `region${id}`,
    );
    chip.addEventListener('click', () => this.insert(`<region${id}>`));
    return element('li', {}, chip);
  }

  #suggested(): HTMLElement[] {
    const [first, second] = this.#regions.unasked.length > 0 ? this.#regions.unasked : this.#regions.all;
    const questions = [
      first && `What is <region${first.id}>?`,
      first && second && `Which of <region${first.id}> and <region${second.id}> is bigger?`,
    ].filter((question) => question !== undefined);
    return questions.map((question) => {
      const suggestion = element('button', { type: 'button', class: 'suggestion' }, question);
      suggestion.addEventListener('click', () => {
        this.replace(question);
        this.#field.focus();
      });
      return element('li', {}, suggestion);
    });
  }
}
