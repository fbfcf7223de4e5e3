// Frames: encodes masked client frames, and reads server frames from chunks of any size.

/** RFC 6455, section 5.2. */
export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const FIN = 0x80;
const MASKED = 0x80;
const MASK = [0x3a, 0x91, 0x5c, 0xe7] as const;

/** Encodes a client's frame; the text is ASCII. */
export function clientFrame(opcode: number, text: string): Buffer {
  const { length } = text;
  const header = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(header + 4 + length);
  frame[0] = FIN | opcode;
  if (header === 2) frame[1] = MASKED | length;
  else {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  }
  for (let i = 0; i < 4; i++) frame[header + i] = MASK[i] ?? 0;
  const from = header + 4;
  frame.latin1Write(text, from);
  for (let i = 0; i < length; i++)
    frame[from + i] = (frame[from + i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return frame;
}

export interface FrameHandler {
  /** One whole frame. Its payload is `buffer` from `start` to `end`. */
  frame(opcode: number, buffer: Buffer, start: number, end: number): void;
}

export class FrameReader {
  readonly #handler: FrameHandler;
  /** An incomplete frame of known length. */
  #partial: Buffer | null = null;
  #filled = 0;
  /** An incomplete header. */
  #rest: Buffer | null = null;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /**
   * Takes a chunk and keeps no reference to it: the caller reuses the buffer.
   */
  push(chunk: Buffer): void {
    let at = 0;
    let bytes = chunk;
    if (this.#partial !== null) {
      at = chunk.copy(this.#partial, this.#filled);
      this.#filled += at;
      if (this.#filled < this.#partial.length) return;
      const whole = this.#partial;
      this.#partial = null;
      this.#dispatch(whole, 0);
    } else if (this.#rest !== null) {
      bytes = Buffer.concat([this.#rest, chunk]);
      this.#rest = null;
    }
    while (at < bytes.length) {
      const size = frameSize(bytes, at);
      if (size === 0) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      if (at + size > bytes.length) {
        const partial = Buffer.allocUnsafe(size);
        this.#filled = bytes.copy(partial, 0, at);
        this.#partial = partial;
        return;
      }
      this.#dispatch(bytes, at);
      at += size;
    }
  }

  #dispatch(bytes: Buffer, at: number): void {
    const first = bytes[at] ?? 0;
    if ((first & FIN) === 0) throw new Error("A fragment: not understood.");
    const start = at + headerSize(bytes, at);
    const end = at + frameSize(bytes, at);
    this.#handler.frame(first & 0x0f, bytes, start, end);
  }
}

function headerSize(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

/** The size of header and payload; 0 if the header is incomplete. */
function frameSize(bytes: Buffer, at: number): number {
  const left = bytes.length - at;
  if (left < 2) return 0;
  const length = bytes[at + 1] ?? 0;
  if (length < 126) return 2 + length;
  if (length === 126) return left < 4 ? 0 : 4 + bytes.readUInt16BE(at + 2);
  return left < 10 ? 0 : 10 + Number(bytes.readBigUInt64BE(at + 2));
}
