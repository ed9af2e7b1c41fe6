/** Just enough of protobuf and gRPC-Web to play a server's part. */

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
