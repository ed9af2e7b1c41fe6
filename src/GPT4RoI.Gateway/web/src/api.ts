import { create, toBinary } from '@bufbuild/protobuf';
import { type Client, Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { encodeEnvelopes } from '@connectrpc/connect/protocol';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { ConversationService } from './generated/gpt4roi/v1/conversation_service_pb.ts';
import { type Image, ImageService, UploadImageRequestSchema } from './generated/gpt4roi/v1/image_service_pb.ts';
import { ModelService } from './generated/gpt4roi/v1/model_service_pb.ts';
import type { KeyPrompt } from './key-prompt.ts';

const CHUNK_BYTES = 512 * 1024;

/** The gateway that this page came from. */
export class Api {
  readonly conversations: Client<typeof ConversationService>;
  readonly images: Pick<Client<typeof ImageService>, 'getImage'>;
  readonly model: Client<typeof ModelService>;
  readonly #interceptors: Interceptor[];

  constructor(readonly keys: KeyPrompt) {
    this.#interceptors = [withKey(keys)];
    const transport = createGrpcWebTransport({ baseUrl: location.origin, interceptors: this.#interceptors });
    this.conversations = createClient(ConversationService, transport);
    this.images = createClient(ImageService, transport);
    this.model = createClient(ModelService, transport);
  }

  /** Uploads a picture. fetch() has no streams of requests, so all messages go as the frames of one body. */
  async upload(picture: Blob): Promise<Image> {
    const bytes = new Uint8Array(await picture.arrayBuffer());
    const frames = [];
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const chunk = create(UploadImageRequestSchema, { chunk: bytes.subarray(at, at + CHUNK_BYTES) });
      frames.push({ flags: 0, data: toBinary(UploadImageRequestSchema, chunk) });
    }
    const body = encodeEnvelopes(...frames);
    const transport = createGrpcWebTransport({
      baseUrl: location.origin,
      interceptors: this.#interceptors,
      fetch: (url, init) => fetch(url, { ...init, body }),
    });
    const method = { ...ImageService.method.uploadImage, methodKind: 'unary' as const };
    const { message } = await transport.unary(method, undefined, undefined, undefined, create(UploadImageRequestSchema));
    if (!message.image) {
      throw new ConnectError('The reply holds no image.', Code.Internal);
    }
    return message.image;
  }
}

/** Sends the API key, and asks for one where the gateway wants one. The request of a stream can be read once only: its caller asks again. */
function withKey(keys: KeyPrompt): Interceptor {
  return (next) => async (request) => {
    for (;;) {
      if (keys.key) {
        request.header.set('x-api-key', keys.key);
      }
      try {
        return await next(request);
      } catch (error) {
        if (request.stream || !(await keys.settles(error))) {
          throw error;
        }
      }
    }
  };
}
