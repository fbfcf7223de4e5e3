// Engine.IO request: reads from an HTTP request what a client of Engine.IO asks for, and refuses those of other versions.

/** The refusals of Engine.IO, by the code in their body. */
export const REFUSALS = {
  transport: { code: 0, message: "Transport unknown" },
  session: { code: 1, message: "Session ID unknown" },
  method: { code: 2, message: "Bad handshake method" },
  request: { code: 3, message: "Bad request" },
  version: { code: 5, message: "Unsupported protocol version" },
} as const;

export type EngineRefusal = keyof typeof REFUSALS;

export type EngineRequest =
  | { readonly kind: "open"; readonly transport: "polling" | "websocket" }
  | { readonly kind: "poll" | "post" | "upgrade"; readonly sid: string }
  /** A client of Socket.IO 1 or 2. */
  | { readonly kind: "old"; readonly transport: "polling" | "websocket" }
  | { readonly kind: "refused"; readonly as: EngineRefusal };

const VERSION = "4";
/** The version of Engine.IO in the clients of Socket.IO 1 and 2. */
const OLD_VERSION = "3";
const SID = /^[\w-]{8,64}$/;

/**
 * Reads a request.
 *
 * @param isUpgrade it asks for a WebSocket
 */
export function readEngineRequest(
  method: string,
  query: URLSearchParams,
  isUpgrade: boolean,
): EngineRequest {
  const transport = query.get("transport");
  const version = query.get("EIO");
  if (transport !== "polling" && transport !== "websocket")
    return refused("transport");
  if ((transport === "websocket") !== isUpgrade) return refused("request");
  const sid = query.get("sid");
  if (version === OLD_VERSION && sid === null && method === "GET")
    return { kind: "old", transport };
  if (version !== VERSION) return refused("version");
  if (sid === null)
    return method === "GET" ? { kind: "open", transport } : refused("method");
  if (!SID.test(sid)) return refused("session");
  if (isUpgrade) return { kind: "upgrade", sid };
  if (method === "GET") return { kind: "poll", sid };
  return method === "POST" ? { kind: "post", sid } : refused("request");
}

function refused(as: EngineRefusal): EngineRequest {
  return { kind: "refused", as };
}

/** The words that an old client shows, by its event `error`. */
export const OLD_CLIENT_WORDS =
  "This server needs socket.io-client 4 (or 3). Yours is older: load /socket.io/socket.io.js, or update the package socket.io-client.";

/**
 * Returns the packets that refuse a client of Socket.IO 1 or 2: it opens, emits
 * `error` with the words, and does not come back.
 */
export function oldClientPackets(sid: string): readonly string[] {
  const open = { sid, upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 };
  return [
    `0${JSON.stringify(open)}`,
    `44${JSON.stringify(OLD_CLIENT_WORDS)}`,
    "41",
  ];
}

/** Encodes packets of Engine.IO 3 as one polling body. */
export function encodeOldBody(packets: readonly string[]): string {
  return packets.map((packet) => `${packet.length}:${packet}`).join("");
}
