import { element } from './dom.ts';
import { colourOf, type Region, type Size } from './regions.ts';

/** What boxes look like: a frame in the region's colour, with its number. */
export class BoxOverlay {
  readonly #root = element('div', { class: 'boxes', 'aria-hidden': 'true' });
  readonly #size: Size;
  #selected: number | undefined;

  constructor(over: HTMLElement, size: Size) {
    this.#size = size;
    over.append(this.#root);
  }

  select(id: number | undefined): void {
    this.#selected = id;
    for (const box of this.#root.children) {
      box.classList.toggle('selected', box.getAttribute('data-region') === String(id));
    }
  }

  render(regions: readonly Region[]): void {
    this.#root.replaceChildren(...regions.map((region) => this.#box(region)));
    this.select(this.#selected);
  }

  #box({ id, box: { x1, y1, x2, y2 } }: Region): HTMLElement {
    const { width, height } = this.#size;
    const frame = element('div', { class: `box ${colourOf(id)}`, 'data-region': String(id) }, element('span', { class: 'tag' }, String(id)));
    frame.classList.toggle('at-top', y1 < height * 0.08);
    const percent = (value: number, of: number) => `${(value * 100) / of}%`;
    frame.style.left = percent(x1, width);
    frame.style.top = percent(y1, height);
    frame.style.width = percent(x2 - x1, width);
    frame.style.height = percent(y2 - y1, height);
    return frame;
  }
}
