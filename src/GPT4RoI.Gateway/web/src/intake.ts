import { byId, element, isTextField } from './dom.ts';
import { type Sample, samples } from './samples.ts';

/** What to do with what comes in. */
export interface Intake {
  file(file: File): void;
  sample(sample: Sample): void;
}

/** Takes pictures in: chosen, photographed, dropped, pasted, or a sample. */
export function connectIntake(intake: Intake): void {
  connectField('choose', 'file', intake);
  connectField('change-picture', 'file', intake);
  connectField('photograph', 'camera', intake);
  connectDrop(intake);
  connectPaste(intake);
  byId('samples', HTMLElement).append(...samples.map((sample) => sampleCard(sample, intake)));
}

function connectField(buttonId: string, fieldId: string, intake: Intake): void {
  const field = byId(fieldId, HTMLInputElement);
  const button = byId(buttonId, HTMLButtonElement);
  button.addEventListener('click', () => {
    field.onchange = () => {
      const [file] = field.files ?? [];
      field.value = ''; // the same file may be chosen again
      if (file) {
        intake.file(file);
      }
    };
    field.click();
  });
}

function connectDrop(intake: Intake): void {
  const hover = (isOver: boolean) => document.body.classList.toggle('dropping', isOver);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    hover(event.dataTransfer?.types.includes('Files') ?? false);
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) {
      hover(false);
    }
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    hover(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) {
      intake.file(file);
    }
  });
}

function connectPaste(intake: Intake): void {
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData;
    const [file] = pasted?.files ?? [];
    // copied text may come with a picture of itself
    if (file && !(isTextField(event.target) && pasted?.types.includes('text/plain'))) {
      event.preventDefault();
      intake.file(file);
    }
  });
}

function sampleCard(sample: Sample, intake: Intake): HTMLElement {
  const picture = element('img', { src: sample.url, alt: '', width: '128', height: '128' });
  const card = element('button', { type: 'button', class: 'sample' }, picture, element('span', {}, sample.name));
  card.addEventListener('click', () => intake.sample(sample));
  return element('li', {}, card);
}
