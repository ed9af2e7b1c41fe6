import { button, byId, element, icon } from './dom.ts';
import { explain } from './failure.ts';

/** Failures, shown until they are dismissed or tried again. */
export class Toasts {
  readonly #root = byId('toasts', HTMLElement);

  /** Tells of a failure. With `retry` it offers another try, if that can help, once the time has come that the server asked for. */
  show(error: unknown, retry?: () => void): void {
    const failure = explain(error);
    const toast = element('div', { class: 'toast' });
    const alert = element('div', { role: 'alert' }, element('strong', {}, failure.title), element('p', {}, failure.message));
    if (failure.reason) {
      alert.append(element('code', {}, failure.reason));
    }
    const actions = element('div', { class: 'toast-actions' });
    if (retry && failure.mayPass) {
      actions.append(retryButton(failure.retryAfterMs ?? 0, () => {
        toast.remove();
        retry();
      }));
    }
    actions.append(button('Dismiss', 'close', () => toast.remove()));
    toast.append(actions);
    this.#root.append(toast);
    // an alert is read out when it comes into a page that is there already
    toast.prepend(alert);
  }

  clear(): void {
    this.#root.replaceChildren();
  }
}

function retryButton(waitMs: number, retry: () => void): HTMLButtonElement {
  const label = document.createTextNode('');
  const made = element('button', { type: 'button', class: 'button' }, icon('again'), label);
  made.addEventListener('click', retry);
  const due = performance.now() + waitMs;
  const tick = (): void => {
    const seconds = Math.ceil((due - performance.now()) / 1000);
    made.disabled = seconds > 0;
    label.data = seconds > 0 ? `Try again in ${seconds} s` : 'Try again';
    if (seconds <= 0) {
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 200);
  tick();
  return made;
}
