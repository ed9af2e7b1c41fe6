import {
  createImageAnnotator,
  type ImageAnnotation,
  type ImageAnnotator,
  type RectangleGeometry,
  ShapeType,
  UserSelectAction,
} from '@annotorious/annotorious';
import '@annotorious/annotorious/annotorious.css';
import { Origin } from '@annotorious/core';
import { BoxOverlay } from './box-overlay.ts';
import { byId, element } from './dom.ts';
import { type Box, isSame, type Region, type Regions, type Size } from './regions.ts';

/** The picture on which boxes are drawn, moved and resized. Annotorious does the drawing; what a box looks like is the overlay's. */
export class Picture {
  readonly #stage = byId('stage', HTMLElement);
  readonly #note = byId('picture-note', HTMLElement);
  readonly #regions: Regions;
  #annotator: ImageAnnotator | undefined;
  #overlay: BoxOverlay | undefined;
  #url: string | undefined;
  #isDragging = false;

  constructor(regions: Regions) {
    this.#regions = regions;
    regions.addEventListener('change', () => this.#render());
    document.addEventListener('keydown', keepUndo, { capture: true });
  }

  /** Number of the region that is being changed. */
  get selected(): number | undefined {
    const [annotation] = this.#annotator?.getSelected() ?? [];
    return annotation && Number(annotation.id);
  }

  select(id: number): void {
    this.#annotator?.setSelected(String(id));
  }

  /** Shows a picture, or an empty canvas of its size if nobody has its pixels any more. */
  async show(picture: Blob | undefined, size: Size): Promise<void> {
    this.close();
    this.#url = URL.createObjectURL(picture ?? emptyCanvas(size));
    const image = element('img', { src: this.#url, alt: picture ? 'The picture' : 'The picture is not here' });
    await image.decode();
    this.#stage.style.setProperty('--ratio', String(size.width / size.height));
    this.#stage.replaceChildren(image);
    this.#note.hidden = picture !== undefined;
    this.#annotator = this.#annotate(image);
    this.#overlay = new BoxOverlay(this.#annotator.element, size);
    this.#render();
  }

  close(): void {
    this.#annotator?.destroy();
    this.#annotator = undefined;
    this.#overlay = undefined;
    this.#stage.replaceChildren();
    if (this.#url) {
      URL.revokeObjectURL(this.#url);
    }
  }

  #annotate(image: HTMLImageElement): ImageAnnotator {
    const annotator = createImageAnnotator(image, {
      userSelectAction: ({ id }: ImageAnnotation) =>
        this.#regions.get(Number(id))?.asked === false ? UserSelectAction.EDIT : UserSelectAction.NONE,
    });
    const { element, state } = annotator;
    state.store.observe(({ changes: { created = [], updated = [] } }) => {
      for (const drawn of created) {
        // once Annotorious is through with it: a region's annotation has the region's number for an id
        queueMicrotask(() => {
          state.store.deleteAnnotation(drawn.id, Origin.REMOTE);
          this.#regions.add(boxOf(drawn));
        });
      }
      for (const { newValue } of updated) {
        this.#isDragging = true;
        this.#regions.move(Number(newValue.id), boxOf(newValue));
      }
    }, { origin: Origin.LOCAL });
    for (const end of ['pointerup', 'pointercancel']) {
      element.addEventListener(end, () => {
        this.#isDragging = false;
        this.#render();
      });
    }
    annotator.on('selectionChanged', () => this.#overlay?.select(this.selected));
    keepFromKeyboard(element);
    return annotator;
  }

  #render(): void {
    const regions = this.#regions.all;
    if (this.selected !== undefined && this.#regions.get(this.selected)?.asked) {
      this.#annotator?.cancelSelected();
    }
    this.#overlay?.render(regions);
    if (this.#annotator && !this.#isDragging) {
      tell(this.#annotator.state.store, regions);
    }
  }
}

/** Makes Annotorious' boxes those of the regions. */
function tell(store: ImageAnnotator['state']['store'], regions: readonly Region[]): void {
  const ids = new Set(regions.map(({ id }) => String(id)));
  for (const { id } of store.all()) {
    if (!ids.has(id)) {
      store.deleteAnnotation(id, Origin.REMOTE);
    }
  }
  for (const region of regions) {
    const known = store.getAnnotation(String(region.id));
    if (!known) {
      store.addAnnotation(annotationOf(region), Origin.REMOTE);
    } else if (!isSame(boxOf(known), region.box)) {
      store.updateAnnotation(annotationOf(region), Origin.REMOTE);
    }
  }
}

function annotationOf({ id, box: { x1, y1, x2, y2 } }: Region): ImageAnnotation {
  const bounds = { minX: x1, minY: y1, maxX: x2, maxY: y2 };
  const geometry: RectangleGeometry = { x: x1, y: y1, w: x2 - x1, h: y2 - y1, rot: 0, bounds };
  return { id: String(id), bodies: [], target: { annotation: String(id), selector: { type: ShapeType.RECTANGLE, geometry } } };
}

function boxOf({ target }: ImageAnnotation): Box {
  const { x, y, w, h } = target.selector.geometry as RectangleGeometry;
  return { x1: x, y1: y, x2: x + w, y2: y + h };
}

/** Handles cannot be moved by keys, so they are no stops for them, nor are they there for readers of the screen: a region's number fields are. */
function keepFromKeyboard(layer: HTMLElement): void {
  const keepOut = () => {
    for (const stop of layer.querySelectorAll('[tabindex="0"]')) {
      stop.setAttribute('tabindex', '-1');
    }
  };
  layer.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  new MutationObserver(keepOut).observe(layer, { childList: true, subtree: true });
  keepOut();
}

/** Annotorious' own undo knows nothing of a region's number. A text field's undo is not concerned. */
function keepUndo(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && ['z', 'y'].includes(event.key.toLowerCase())) {
    event.stopImmediatePropagation();
  }
}

/** A picture of nothing. */
function emptyCanvas({ width, height }: Size): Blob {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`;
  return new Blob([drawing], { type: 'image/svg+xml' });
}
