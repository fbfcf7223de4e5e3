// Socket.IO packets: encodes and decodes the packets of protocol 5, with acknowledgements and binary attachments.
import type { EngineData } from "./engine-packet.ts";

/** The types by their digit on the wire. */
const TYPES = [
  "connect",
  "disconnect",
  "event",
  "ack",
  "connect_error",
  "event",
  "ack",
] as const;
const BINARY_EVENT = 5;

export type PacketType = (typeof TYPES)[number];

export interface Packet {
  readonly type: PacketType;
  /** The namespace; the main one is "/". */
  readonly nsp: string;
  /** The id of an acknowledgement; null: none. */
  readonly id: number | null;
  /** Arguments of an event or an ack; the payload of the others. */
  readonly data: unknown;
}

/** Attachments of one packet, as in the reference implementation. */
const ATTACHMENTS_MAX = 10;
/** Deeper JSON is refused: it is walked by recursion. */
const DEPTH_MAX = 32;
const NAMESPACE_MAX = 256;
/** Names that a client may not emit, since they mean something else to it. */
const RESERVED = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** Encodes a packet as messages: the packet, then its attachments. */
export function encodePacket(packet: Packet): EngineData[] {
  const { type, nsp, id } = packet;
  const attachments: Uint8Array[] = [];
  const data = detach(packet.data, attachments);
  const isBinary = attachments.length > 0;
  const digit = isBinary
    ? BINARY_EVENT + (type === "ack" ? 1 : 0)
    : TYPES.indexOf(type);
  const head = `${digit}${isBinary ? `${attachments.length}-` : ""}`;
  const path = nsp === "/" ? "" : `${nsp},`;
  const json = data === undefined ? "" : JSON.stringify(data);
  return [`${head}${path}${id ?? ""}${json}`, ...attachments];
}

interface Incomplete {
  readonly packet: Packet;
  readonly count: number;
  readonly attachments: Uint8Array[];
}

/** Decodes the messages of one connection. */
export class PacketDecoder {
  #incomplete: Incomplete | null = null;

  /**
   * Takes a message.
   *
   * @returns a packet; "more" if attachments are missing; null if the message
   * breaks the protocol
   */
  take(message: EngineData): Packet | "more" | null {
    const incomplete = this.#incomplete;
    if (typeof message === "string") {
      if (incomplete !== null) return null;
      return this.#begin(message);
    }
    if (incomplete === null) return null;
    incomplete.attachments.push(message);
    if (incomplete.attachments.length < incomplete.count) return "more";
    this.#incomplete = null;
    const { packet, attachments } = incomplete;
    const data = attach(packet.data, attachments);
    return data === WRONG ? null : { ...packet, data };
  }

  #begin(message: string): Packet | "more" | null {
    const head = /^([0-6])(?:(\d{1,3})-)?(?:(\/[^,]*)(?:,|$))?(\d*)/.exec(
      message,
    );
    if (head === null) return null;
    const [whole, digit, count, nsp = "/", idDigits = ""] = head;
    const isBinary = Number(digit) >= BINARY_EVENT;
    const attachments = Number(count ?? 0);
    if (isBinary !== (count !== undefined)) return null;
    if (isBinary && (attachments < 1 || attachments > ATTACHMENTS_MAX))
      return null;
    const id = idDigits === "" ? null : Number(idDigits);
    if (nsp.length > NAMESPACE_MAX || (id ?? 0) > Number.MAX_SAFE_INTEGER)
      return null;
    const data = readJson(message.slice(whole.length));
    const type = TYPES[Number(digit)];
    if (data === WRONG || type === undefined) return null;
    const packet: Packet = { type, nsp, id, data };
    if (!isValid(packet)) return null;
    if (!isBinary) return packet;
    this.#incomplete = { packet, count: attachments, attachments: [] };
    return "more";
  }
}

/** Stands for data that breaks the protocol; JSON holds no symbol. */
const WRONG = Symbol("wrong");

function readJson(json: string): unknown {
  if (json === "") return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isShallow(value, DEPTH_MAX) ? value : WRONG;
  } catch {
    return WRONG;
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((one) => isShallow(one, depth - 1));
}

function isValid({ type, id, data }: Packet): boolean {
  switch (type) {
    case "connect":
      return data === undefined || isObject(data);
    case "disconnect":
      return data === undefined;
    case "connect_error":
      // Servers alone send it.
      return false;
    case "event":
      return (
        Array.isArray(data) &&
        (typeof data[0] === "number" ||
          (typeof data[0] === "string" && !RESERVED.has(data[0])))
      );
    case "ack":
      return id !== null && Array.isArray(data);
    default:
      return type satisfies never;
  }
}

export function isObject(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Puts a placeholder in the place of each attachment. */
function detach(value: unknown, into: Uint8Array[]): unknown {
  if (value instanceof Uint8Array)
    return { _placeholder: true, num: into.push(value) - 1 };
  if (Array.isArray(value)) return value.map((one) => detach(one, into));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, detach(one, into)]),
  );
}

/** Puts each attachment in the place of its placeholder. */
function attach(value: unknown, attachments: readonly Uint8Array[]): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => attach(one, attachments));
    return items.includes(WRONG) ? WRONG : items;
  }
  if (!isObject(value)) return value;
  if (value._placeholder === true)
    return (typeof value.num === "number" && attachments[value.num]) || WRONG;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    attach(one, attachments),
  ]);
  if (entries.some(([, one]) => one === WRONG)) return WRONG;
  return Object.fromEntries(entries);
}
