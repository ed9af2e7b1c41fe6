/** A box in pixels of the upright image. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Region {
  /** The N of `<regionN>`. */
  readonly id: number;
  readonly box: Box;
  /** The conversation knows it: it cannot change any more. */
  readonly asked: boolean;
}

const COLOURS = 8;

/** Whole pixels inside the image, corners in order. */
export function normalise(box: Box, { width, height }: Size): Box {
  const inside = (value: number, limit: number) => Math.min(Math.max(Math.round(value), 0), limit);
  const [x1, x2] = [inside(box.x1, width), inside(box.x2, width)];
  const [y1, y2] = [inside(box.y1, height), inside(box.y2, height)];
  return { x1: Math.min(x1, x2), y1: Math.min(y1, y2), x2: Math.max(x1, x2), y2: Math.max(y1, y2) };
}

export const isSame = (a: Box, b: Box): boolean => a.x1 === b.x1 && a.y1 === b.y1 && a.x2 === b.x2 && a.y2 === b.y2;

/** The class that gives everything of a region its colour. */
export const colourOf = (id: number): string => `colour-${((id - 1) % COLOURS) + 1}`;

/** The regions of the open conversation; says `change` after each change. */
export class Regions extends EventTarget {
  #size: Size = { width: 0, height: 0 };
  #regions = new Map<number, Region>();

  get size(): Size {
    return this.#size;
  }

  /** All of them, by number. */
  get all(): Region[] {
    return [...this.#regions.values()].sort((a, b) => a.id - b.id);
  }

  /** Those that no question has mentioned yet. */
  get unasked(): Region[] {
    return this.all.filter((region) => !region.asked);
  }

  get(id: number): Region | undefined {
    return this.#regions.get(id);
  }

  /** Starts anew with an image and what its conversation knows. */
  reset(size: Size, known: readonly Region[] = []): void {
    this.#size = size;
    this.#regions = new Map(known.map((region) => [region.id, region]));
    this.#changed();
  }

  /** Adds a box under the lowest number that is free. */
  add(box: Box): Region {
    let id = 1;
    while (this.#regions.has(id)) {
      id++;
    }
    const region = { id, box: normalise(box, this.#size), asked: false };
    this.#regions.set(id, region);
    this.#changed();
    return region;
  }

  move(id: number, box: Box): void {
    const region = this.#regions.get(id);
    if (region?.asked === false) {
      this.#regions.set(id, { ...region, box: normalise(box, this.#size) });
      this.#changed();
    }
  }

  remove(id: number): void {
    if (this.#regions.get(id)?.asked === false) {
      this.#regions.delete(id);
      this.#changed();
    }
  }

  removeUnasked(): void {
    for (const { id } of this.unasked) {
      this.#regions.delete(id);
    }
    this.#changed();
  }

  /** Notes that a question brings these in: from now on they are what they are here. */
  ask(regions: readonly Region[]): void {
    for (const region of regions) {
      this.#regions.set(region.id, { ...region, asked: true });
    }
    this.#changed();
  }

  /** Notes that the conversation does not know these after all. */
  release(regions: readonly Region[]): void {
    for (const region of regions) {
      this.#regions.set(region.id, { ...region, asked: false });
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
