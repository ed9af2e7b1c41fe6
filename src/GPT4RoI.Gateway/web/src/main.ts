import './styles/page.css';
import { Api } from './api.ts';
import { byId, isTextField } from './dom.ts';
import { connectIntake } from './intake.ts';
import { KeyPrompt } from './key-prompt.ts';
import { Session } from './session.ts';
import { Toasts } from './toast.ts';

const toasts = new Toasts();
const api = new Api(new KeyPrompt());
const session = new Session(api, toasts);

connectIntake({ file: (file) => session.openFile(file), sample: (sample) => session.openSample(sample) });
byId('clear', HTMLButtonElement).addEventListener('click', () => session.clear());
window.addEventListener('popstate', () => session.openAddress());

document.addEventListener('keydown', ({ key, target }) => {
  if ((key === 'Delete' || key === 'Backspace') && !isTextField(target)) {
    const focused = target instanceof Element ? target.closest<HTMLElement>('[data-region]')?.dataset['region'] : undefined;
    const id = focused === undefined ? session.selectedRegion : Number(focused);
    if (id !== undefined) {
      session.removeRegion(id);
    }
  }
});

async function showModel(): Promise<void> {
  try {
    const { name, answersAreMeaningless } = await api.model.getModel({});
    byId('model', HTMLElement).textContent = name;
    byId('meaningless', HTMLElement).hidden = !answersAreMeaningless;
    session.openAddress();
  } catch (error) {
    toasts.show(error, () => void showModel());
  }
}

void showModel();
