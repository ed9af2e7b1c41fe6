/** Just enough of protobuf and gRPC-Web to play a server's part, or a client's. */

import assert from 'node:assert/strict';

const varint = (value) => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);

/** A field of bytes, text or a message. */
export function field(number, content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
}

const frame = (flags, content) => {
  const header = Buffer.alloc(5);
  header[0] = flags;
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
};

/** An answer that streams these texts, one token each, and finishes. */
export function answer(...texts) {
  const tokens = texts.map((text, place) => frame(0, field(2, Buffer.concat([field(1, text), field(2, [place + 1])]))));
  const finished = frame(0, field(3, field(2, texts.join(''))));
  return Buffer.concat([...tokens, finished, frame(0x80, Buffer.from('grpc-status: 0\r\n'))]);
}

/** The body of a question whose answer goes on to the last token that there is room for. */
export function rambling(body) {
  const ignoreEos = Buffer.from([14 << 3, 1]);
  return frame(0, Buffer.concat([body.subarray(5), field(4, ignoreEos)])); // a message that comes twice is merged
}

/** Watches a server's health: a stream that is open until what this gives is called, and takes the place of one answer. */
export async function watch(url) {
  const leave = new AbortController();
  const stream = await fetch(`${url}grpc.health.v1.Health/Watch`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto' },
    body: frame(0, Buffer.alloc(0)),
    signal: leave.signal,
  });
  const status = await stream.body.getReader().read();
  assert.equal(status.value[0], 0, Buffer.from(status.value).toString());
  return () => leave.abort();
}
