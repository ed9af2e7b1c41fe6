const DATABASE = 'gpt4roi';
const PICTURES = 'pictures';
const BY_USE = 'usedAt';
const MOST_PICTURES = 8;

interface StoredPicture {
  readonly imageId: string;
  readonly picture: Blob;
  readonly usedAt: number;
}

/** The last few pictures, by image id: the server gives none back. Without IndexedDB there are none. */
export class PictureStore {
  async put(imageId: string, picture: Blob): Promise<void> {
    const pictures = await this.#open('readwrite');
    if (!pictures) {
      return;
    }
    const stored: StoredPicture = { imageId, picture, usedAt: Date.now() };
    try {
      await done(pictures.put(stored));
      // getAllKeys() of an index gives the records' own keys, in the index's order
      const oldestFirst = await done(pictures.index(BY_USE).getAllKeys());
      for (const key of oldestFirst.slice(0, -MOST_PICTURES)) {
        pictures.delete(key);
      }
    } catch {
      // no room: the picture is missed after a reload, not before
    }
  }

  async get(imageId: string): Promise<Blob | undefined> {
    const pictures = await this.#open('readonly');
    const found = pictures && ((await done(pictures.get(imageId))) as StoredPicture | undefined);
    return found?.picture;
  }

  async #open(mode: IDBTransactionMode): Promise<IDBObjectStore | undefined> {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () =>
        opening.result.createObjectStore(PICTURES, { keyPath: 'imageId' }).createIndex(BY_USE, 'usedAt');
      return (await done(opening)).transaction(PICTURES, mode).objectStore(PICTURES);
    } catch {
      return undefined; // private windows may have none
    }
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
