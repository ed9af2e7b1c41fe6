import { byId, element, icon } from './dom.ts';
import { type Box, colourOf, type Region, type Regions } from './regions.ts';

const EDGES = ['x1', 'y1', 'x2', 'y2'] as const;
/** Where the numbers would take the room of the conversation. */
const NARROW = '(max-width: 700px)';

type Edge = (typeof EDGES)[number];

/** The regions as rows of numbers: what can be drawn can be typed. */
export class RegionList {
  readonly #list = byId('regions', HTMLUListElement);
  readonly #toggle = byId('toggle-regions', HTMLButtonElement);
  readonly #rows = new Map<number, Row>();
  readonly #regions: Regions;

  constructor(regions: Regions, onSelect: (id: number) => void) {
    this.#regions = regions;
    regions.addEventListener('change', () => this.#render());
    this.#list.addEventListener('focusin', ({ target }) => {
      const row = [...this.#rows.values()].find(({ root }) => target instanceof Node && root.contains(target));
      if (row) {
        onSelect(row.id);
      }
    });
    this.#toggle.addEventListener('click', () => this.#open(this.#toggle.ariaExpanded !== 'true'));
    this.#open(!matchMedia(NARROW).matches);
    byId('add-box', HTMLButtonElement).addEventListener('click', () => this.#add());
    byId('remove-boxes', HTMLButtonElement).addEventListener('click', () => regions.removeUnasked());
  }

  #open(isOpen: boolean): void {
    this.#list.hidden = !isOpen;
    this.#toggle.ariaExpanded = String(isOpen);
  }

  /** A box in the middle, ready to be moved by its numbers. */
  #add(): void {
    this.#open(true);
    const { width, height } = this.#regions.size;
    const { id } = this.#regions.add({ x1: width * 0.3, y1: height * 0.3, x2: width * 0.7, y2: height * 0.7 });
    this.#rows.get(id)?.focus();
  }

  #render(): void {
    const regions = this.#regions.all;
    byId('remove-boxes', HTMLButtonElement).disabled = this.#regions.unasked.length === 0;
    byId('region-hint', HTMLElement).hidden = regions.length > 0;
    for (const [id, row] of this.#rows) {
      if (!this.#regions.get(id)) {
        row.root.remove();
        this.#rows.delete(id);
      }
    }
    for (const region of regions) {
      let row = this.#rows.get(region.id);
      if (!row) {
        row = new Row(region.id, this.#regions);
        this.#rows.set(region.id, row);
      }
      row.render(region);
    }
    const ordered = regions.map(({ id }) => this.#rows.get(id)?.root).filter((root) => root !== undefined);
    // moving a row takes the focus from its fields
    if (ordered.some((root, place) => this.#list.children[place] !== root)) {
      this.#list.replaceChildren(...ordered);
    }
  }
}

class Row {
  readonly root = element('li', { class: 'region' });
  readonly #fields = new Map<Edge, HTMLInputElement>();
  readonly #state = element('span', { class: 'state' }, 'asked');
  readonly #remove = element('button', { type: 'button', class: 'button quiet round' }, icon('remove'));
  readonly #regions: Regions;

  constructor(
    readonly id: number,
    regions: Regions,
  ) {
    this.#regions = regions;
    this.root.classList.add(colourOf(id));
    this.root.setAttribute('data-region', String(id));
    this.root.append(element('span', { class: 'tag' }, String(id)));
    for (const edge of EDGES) {
      const field = element('input', { type: 'number', inputmode: 'numeric', min: '0', step: '1', 'aria-label': `region ${id}, ${edge}` });
      field.addEventListener('change', () => this.#move());
      this.#fields.set(edge, field);
      this.root.append(element('label', {}, element('span', { 'aria-hidden': 'true' }, edge), field));
    }
    this.#remove.setAttribute('aria-label', `Remove region ${id}`);
    this.#remove.addEventListener('click', () => regions.remove(id));
    this.root.append(this.#state, this.#remove);
  }

  render({ box, asked }: Region): void {
    for (const [edge, field] of this.#fields) {
      field.value = String(box[edge]);
      field.max = String(edge.startsWith('x') ? this.#regions.size.width : this.#regions.size.height);
      field.disabled = asked;
    }
    this.#state.hidden = !asked;
    this.#remove.hidden = asked;
  }

  focus(): void {
    const first = this.#fields.get('x1');
    first?.focus();
    first?.select();
  }

  /** Takes what is typed; a field without a number keeps the one it had. */
  #move(): void {
    const before = this.#regions.get(this.id)?.box;
    if (!before) {
      return;
    }
    const typed = (edge: Edge): number => {
      const value = this.#fields.get(edge)?.valueAsNumber ?? Number.NaN;
      return Number.isNaN(value) ? before[edge] : value;
    };
    const box: Box = { x1: typed('x1'), y1: typed('y1'), x2: typed('x2'), y2: typed('y2') };
    this.#regions.move(this.id, box);
  }
}
