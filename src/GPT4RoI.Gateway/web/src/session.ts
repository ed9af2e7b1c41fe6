import type { Api } from './api.ts';
import { Composer } from './composer.ts';
import { Conversation } from './conversation.ts';
import { byId } from './dom.ts';
import { isGone, isPictureLost, PageError } from './failure.ts';
import type { Conversation as ConversationMessage } from './generated/gpt4roi/v1/conversation_service_pb.ts';
import { CoordinateSpace, type Region as RegionMessage } from './generated/gpt4roi/v1/region_pb.ts';
import { Picture } from './picture.ts';
import { PictureStore } from './picture-store.ts';
import { RegionList } from './region-list.ts';
import { type Region, Regions, type Size } from './regions.ts';
import type { Sample } from './samples.ts';
import type { Toasts } from './toast.ts';
import { Transcript } from './transcript.ts';

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

/** A picture and the conversation about it, from the upload to the next one. The address names the conversation. */
export class Session {
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #regions = new Regions();
  readonly #picture = new Picture(this.#regions);
  readonly #pictures = new PictureStore();
  readonly #transcript = new Transcript();
  readonly #composer: Composer;
  readonly #conversation: Conversation;
  #imageId = '';
  #isOpening = false;

  constructor(api: Api, toasts: Toasts) {
    [this.#api, this.#toasts] = [api, toasts];
    this.#composer = new Composer(this.#regions, {
      send: (question) => this.#conversation.ask(question),
      stop: () => this.#conversation.stop(),
    });
    this.#conversation = new Conversation({
      api,
      toasts,
      regions: this.#regions,
      transcript: this.#transcript,
      composer: this.#composer,
      restorePicture: () => this.#restorePicture(),
    });
    new RegionList(this.#regions, (id) => this.#picture.select(id));
  }

  /** Number of the region that Delete means. */
  get selectedRegion(): number | undefined {
    return this.#picture.selected;
  }

  removeRegion(id: number): void {
    this.#regions.remove(id);
  }

  openFile(file: File): void {
    void this.#open('Uploading the picture …', () => this.#begin(file), () => this.openFile(file));
  }

  openSample(sample: Sample): void {
    void this.#open('Uploading the sample …', async () => {
      await this.#begin(await (await fetch(sample.url)).blob());
      sample.boxes.forEach((box) => this.#regions.add(box));
      this.#composer.replace(sample.question);
    }, () => this.openSample(sample));
  }

  /** Opens the conversation that the address names; none is the beginning. */
  openAddress(): void {
    const id = location.hash.slice(1);
    if (id === this.#conversation.id) {
      return;
    }
    if (!id) {
      this.#close();
      return;
    }
    void this.#open('Opening the conversation …', () => this.#resume(id), () => this.openAddress());
  }

  /** Forgets the conversation, here and on the server, and begins another one about the same picture. */
  clear(conversationId = this.#conversation.id): void {
    void this.#open('Clearing …', async () => {
      this.#conversation.close();
      await this.#forget(conversationId);
      const { conversation } = await this.#api.conversations.createConversation({ imageId: this.#imageId });
      this.#regions.reset(this.#regions.size);
      this.#show(conversation);
    }, () => this.clear(conversationId));
  }

  async #begin(picture: Blob): Promise<void> {
    if (!TYPES.includes(picture.type)) {
      throw new PageError('Not a picture it can see', `PNG, JPEG and WebP are taken; this file is ${picture.type || 'of no known type'}.`);
    }
    const image = await this.#api.upload(picture);
    await this.#pictures.put(image.id, picture);
    const { conversation } = await this.#api.conversations.createConversation({ imageId: image.id });
    await this.#lay(image.id, image, picture, []);
    this.#show(conversation);
  }

  async #resume(conversationId: string): Promise<void> {
    const { conversation } = await this.#api.conversations.getConversation({ conversationId });
    if (!conversation) {
      throw new PageError('Not there any more', 'The server does not know this conversation.');
    }
    const { imageId, turns } = conversation;
    const picture = await this.#pictures.get(imageId);
    const size = await this.#sizeOf(imageId, picture);
    const regions = turns.flatMap(({ newRegions }) => newRegions).map((region) => known(region, size));
    await this.#lay(imageId, size, picture, regions);
    this.#show(conversation);
  }

  async #forget(conversationId: string): Promise<void> {
    try {
      await this.#api.conversations.deleteConversation({ conversationId });
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
    }
  }

  /** The size of an image; one that the server has lost is uploaded again if its picture is still here. */
  async #sizeOf(imageId: string, picture: Blob | undefined): Promise<Size> {
    try {
      const { image } = await this.#api.images.getImage({ imageId });
      return image ?? { width: 0, height: 0 };
    } catch (error) {
      if (picture && isPictureLost(error)) {
        return this.#api.upload(picture);
      }
      throw error;
    }
  }

  async #restorePicture(): Promise<boolean> {
    const picture = await this.#pictures.get(this.#imageId);
    try {
      return picture !== undefined && (await this.#api.upload(picture)).id === this.#imageId;
    } catch {
      return false; // what it was wanted for has its own failure to tell
    }
  }

  async #lay(imageId: string, size: Size, picture: Blob | undefined, regions: readonly Region[]): Promise<void> {
    this.#imageId = imageId;
    this.#picture.close();
    this.#regions.reset(size, regions);
    document.body.dataset['state'] = 'open'; // the picture needs its place to be laid out in
    await this.#picture.show(picture, size);
  }

  #show(conversation: ConversationMessage | undefined): void {
    if (!conversation) {
      throw new PageError('Something went wrong', 'The server has started no conversation.');
    }
    this.#conversation.open(conversation);
    this.#composer.replace('');
    if (location.hash.slice(1) !== conversation.id) {
      history.pushState(null, '', `#${conversation.id}`);
    }
  }

  #close(): void {
    this.#conversation.close();
    this.#picture.close();
    this.#regions.reset({ width: 0, height: 0 });
    this.#composer.replace('');
    document.body.dataset['state'] = 'empty';
  }

  /** One picture at a time is being opened. */
  async #open(what: string, open: () => Promise<void>, retry: () => void): Promise<void> {
    if (this.#isOpening) {
      return;
    }
    this.#setOpening(what);
    this.#toasts.clear();
    try {
      await open();
      this.#setOpening('');
    } catch (error) {
      this.#setOpening('');
      this.#toasts.show(error, retry);
    }
  }

  #setOpening(what: string): void {
    this.#isOpening = what !== '';
    this.#composer.enabled = !this.#isOpening;
    this.#transcript.say(what);
    const veil = byId('opening', HTMLElement);
    veil.hidden = !this.#isOpening;
    veil.textContent = what;
  }
}

/** A region as the conversation keeps it. Other clients may have given its box in fractions. */
function known({ id, box }: RegionMessage, { width, height }: Size): Region {
  const { x1 = 0, y1 = 0, x2 = 0, y2 = 0, space } = box ?? {};
  const [unitX, unitY] = space === CoordinateSpace.NORMALIZED ? [width, height] : [1, 1];
  return { id, box: { x1: x1 * unitX, y1: y1 * unitY, x2: x2 * unitX, y2: y2 * unitY }, asked: true };
}
