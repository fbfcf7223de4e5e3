// Split frames: splits the bytes that a client sends into its HTTP request and its WebSocket frames.

/** Takes chunks as they come. @returns the frames that are complete */
export type FrameSplitter = (piece: Buffer) => Buffer[];

const REQUEST_END = "\r\n\r\n";
const UPGRADE = /^upgrade: *websocket\r$/im;
/** With extensions frames would depend on each other. */
const EXTENSIONS = /^sec-websocket-extensions:.*\r\n/gim;

export function splitFrames(): FrameSplitter {
  let buffered = Buffer.alloc(0);
  let isOpen = false;
  let isPlain = false;
  return (piece) => {
    // Requests without an upgrade have no frames: they go on as they come.
    if (isPlain) return [piece];
    buffered = Buffer.concat([buffered, piece]);
    const complete: Buffer[] = [];
    for (;;) {
      const length = isOpen ? frameLength(buffered) : requestLength(buffered);
      if (length === null || length > buffered.length) return complete;
      isPlain = !isOpen && !UPGRADE.test(buffered.toString("latin1"));
      if (isPlain) return [buffered];
      const bytes = buffered.subarray(0, length);
      buffered = buffered.subarray(length);
      complete.push(isOpen ? bytes : withoutExtensions(bytes));
      isOpen = true;
    }
  };
}

function requestLength(bytes: Buffer): number | null {
  const end = bytes.indexOf(REQUEST_END);
  return end === -1 ? null : end + REQUEST_END.length;
}

function withoutExtensions(head: Buffer): Buffer {
  return Buffer.from(head.toString("latin1").replace(EXTENSIONS, ""), "latin1");
}

/** RFC 6455, section 5.2; null while the header is incomplete. */
function frameLength(bytes: Buffer): number | null {
  if (bytes.length < 2) return null;
  const [, second = 0] = bytes;
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  if (short < 126) return 2 + mask + short;
  if (short === 126)
    return bytes.length < 4 ? null : 4 + mask + bytes.readUInt16BE(2);
  if (bytes.length < 10) return null;
  return 10 + mask + Number(bytes.readBigUInt64BE(2));
}
