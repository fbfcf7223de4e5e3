// Engine.IO packets: encodes and decodes the packets of protocol 4, each in a WebSocket frame or many in a polling body.

/** The content of a message: text or bytes. */
export type EngineData = string | Uint8Array;

/** The types by their digit on the wire. */
const TYPES = [
  "open",
  "close",
  "ping",
  "pong",
  "message",
  "upgrade",
  "noop",
] as const;

export type EnginePacketType = (typeof TYPES)[number];

export interface EnginePacket {
  readonly type: EnginePacketType;
  /** Bytes in a message only. */
  readonly data: EngineData;
}

/** Stands between the packets of a polling body. */
const SEPARATOR = "\u001e";
/** Marks a message of bytes in a polling body. */
const BINARY = "b";
/** A body with more packets is refused: each one costs some work. */
const BODY_PACKETS_MAX = 1000;

/** Encodes a packet as a WebSocket frame. */
export function encodeFrame({ type, data }: EnginePacket): EngineData {
  return typeof data === "string" ? TYPES.indexOf(type) + data : data;
}

/**
 * Decodes a WebSocket frame.
 *
 * @returns null if it is no packet
 */
export function decodeFrame(frame: EngineData): EnginePacket | null {
  if (typeof frame !== "string") return { type: "message", data: frame };
  const type = TYPES[frame.charCodeAt(0) - 48];
  return type === undefined ? null : { type, data: frame.slice(1) };
}

/** Encodes packets as one polling body. */
export function encodeBody(packets: readonly EnginePacket[]): string {
  return packets.map(encodeInBody).join(SEPARATOR);
}

/**
 * Decodes a polling body.
 *
 * @returns null if one of its packets is malformed, or if there are too many
 */
export function decodeBody(body: string): EnginePacket[] | null {
  const parts = body.split(SEPARATOR, BODY_PACKETS_MAX + 1);
  if (parts.length > BODY_PACKETS_MAX) return null;
  const packets: EnginePacket[] = [];
  for (const part of parts) {
    const packet = decodeInBody(part);
    if (packet === null) return null;
    packets.push(packet);
  }
  return packets;
}

function encodeInBody(packet: EnginePacket): string {
  const frame = encodeFrame(packet);
  return typeof frame === "string" ? frame : BINARY + toBase64(frame);
}

function decodeInBody(part: string): EnginePacket | null {
  if (!part.startsWith(BINARY)) return decodeFrame(part);
  const bytes = fromBase64(part.slice(1));
  return bytes === null ? null : { type: "message", data: bytes };
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 === 1)
    return null;
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++)
      bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    // Padding at a wrong place.
    return null;
  }
}
