import { once } from 'node:events';
import { createServer, request } from 'node:http';

const TOKENS = 0x12; // the tag of AskResponse.tokens
const FRAME_HEADER = 5;

/** Stands between a page and its gateway, and cuts or holds answers after some chunks of tokens. */
export class FlakyProxy {
  #server;
  #port;
  #held = [];
  #keepsTheEnd = withResolver();
  /** Cuts the connection of the next answers after so many chunks, one number each; -1 cuts it before anything has come but the head. */
  cuts = [];
  /** Waited for before a cut: a browser may forget what came together with the end of a connection. */
  beforeCut = async () => {};
  /** Keeps what comes after so many chunks of an answer until release(). */
  holdAfter = Infinity;
  /** Keeps what comes behind the tokens of an answer until release(): for the page it does not end. */
  holdEnd = false;
  /** Bodies of the questions that have come by. */
  questions = [];

  static async start(port) {
    const proxy = new FlakyProxy();
    proxy.#port = port;
    proxy.#server = createServer((from, to) => proxy.#pass(from, to)).listen(0, 'localhost');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url() {
    return `http://localhost:${this.#server.address().port}/`;
  }

  /** Settles once it keeps the end of an answer: the server has given all of it. */
  get keepsTheEnd() {
    return this.#keepsTheEnd.promise;
  }

  release() {
    this.holdAfter = Infinity;
    this.holdEnd = false;
    this.#held.splice(0).forEach((write) => write());
  }

  async stop() {
    this.release();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #pass(from, to) {
    const chunks = [];
    for await (const chunk of from) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const isAsk = from.url.endsWith('/Ask');
    const cut = isAsk ? this.cuts.shift() : undefined;
    if (isAsk) {
      this.questions.push(body.subarray(FRAME_HEADER));
    }
    const onward = request({ port: this.#port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers).flushHeaders();
      if (!isAsk) {
        answer.pipe(to);
        return;
      }
      let [tokenChunks, isCut] = [0, false];
      frames(answer, (frame) => {
        const isTokens = frame[0] === 0 && frame[FRAME_HEADER] === TOKENS;
        tokenChunks += isTokens ? 1 : 0;
        if (isCut) {
          return;
        }
        if (tokenChunks > cut) {
          isCut = true;
          this.beforeCut().then(() => to.socket?.end()); // what was written before arrives, but no end
        } else if (tokenChunks > this.holdAfter || (this.holdEnd && tokenChunks > 0 && !isTokens)) {
          this.#held.push(() => to.write(frame));
        } else {
          to.write(frame);
        }
      }, () => {
        if (isCut) {
          return;
        }
        if (this.#held.length > 0) {
          this.#held.push(() => to.end());
          this.#keepsTheEnd.resolve();
        } else {
          to.end();
        }
      });
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    onward.end(body);
  }
}

function withResolver() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Calls `each` with every frame of a gRPC-Web body: flags, length, message. */
function frames(stream, each, end) {
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= FRAME_HEADER && rest.length >= FRAME_HEADER + rest.readUInt32BE(1)) {
      const length = FRAME_HEADER + rest.readUInt32BE(1);
      each(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
  stream.on('end', end);
  stream.on('error', () => {});
}
