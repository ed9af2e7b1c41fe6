import { byId } from './dom.ts';
import { reasonOf } from './failure.ts';

const STORED = 'gpt4roi.api-key';

/** Asks for the API key. It is kept for as long as this tab is open. */
export class KeyPrompt {
  readonly #dialog = byId('key-dialog', HTMLDialogElement);
  readonly #field = byId('key', HTMLInputElement);
  readonly #problem = byId('key-problem', HTMLElement);
  #open: Promise<boolean> | undefined;

  constructor() {
    byId('key-cancel', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
  }

  get key(): string | null {
    return sessionStorage.getItem(STORED);
  }

  /** True if the call failed for want of a key and there is another one now. Calls that fail meanwhile wait for the same answer. */
  async settles(error: unknown): Promise<boolean> {
    const reason = reasonOf(error);
    return (reason === 'API_KEY_MISSING' || reason === 'API_KEY_INVALID') && this.#ask(reason === 'API_KEY_INVALID');
  }

  #ask(wasRefused: boolean): Promise<boolean> {
    this.#problem.hidden = !wasRefused;
    this.#open ??= new Promise<boolean>((resolve) => {
      this.#dialog.addEventListener('close', () => resolve(this.#take()), { once: true });
      this.#dialog.returnValue = '';
      this.#dialog.showModal();
    }).finally(() => (this.#open = undefined));
    return this.#open;
  }

  #take(): boolean {
    const key = this.#field.value.trim();
    this.#field.value = '';
    if (this.#dialog.returnValue !== 'use' || !key) {
      return false;
    }
    sessionStorage.setItem(STORED, key);
    return true;
  }
}
