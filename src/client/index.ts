// The client of an edge-chat server, for browsers, Node, Deno, Bun and Workers: connect, and its types.
import { Chat } from "./chat.ts";
import { environment, type SocketClass } from "./environment.ts";
import { indexedDbStorage } from "./indexed-db.ts";
import { Person } from "./person.ts";
import { type ChatStorage, memoryStorage } from "./storage.ts";

export type { Chat } from "./chat.ts";
export { ChatError, type ChatErrorCode } from "./chat-error.ts";
export type { Locks, SocketClass } from "./environment.ts";
export type * from "./events.ts";
export { indexedDbStorage } from "./indexed-db.ts";
export { type ChatStorage, memoryStorage } from "./storage.ts";

export interface ConnectOptions {
  /** 1 to 64 letters, digits, `_`, `-` or `.` */
  room: string;
  /** 1 to 32 of the same. */
  username: string;
  /**
   * The secret behind the name, 22 to 4,096 characters, that makes this the
   * same person on another device. One is made and kept if none is given.
   *
   * A function gets the one of the moment, before each connection: for tokens
   * of the app's own users, which end.
   */
  token?: string | (() => string | Promise<string>);
  /** Names this window to the server. A newer one of that name replaces it. */
  device?: string;
  /** IndexedDB where there is one, otherwise memory. */
  storage?: ChatStorage;
  /** Another WebSocket than the global one. */
  WebSocket?: SocketClass;
  /** Messages from before to begin with, 0 to 200. Default 50. */
  history?: number;
  /**
   * Private messages to begin with: those that came since a chat with this
   * storage was last here (`new`), or all that the server has (`all`), for a
   * view that begins empty. Default `new`.
   */
  mail?: "new" | "all";
  /** Messages that the snapshot holds. Default 500. */
  keep?: number;
}

/**
 * Joins a room, and stays there over lost connections until it is closed.
 *
 * @param url of the server, as `https://chat.example`
 * @throws TypeError if the URL is none, or there is no WebSocket
 */
export function connect(url: string, options: ConnectOptions): Chat {
  const { room, username, token, device, history, mail, keep } = options;
  const storage = options.storage ?? storageHere();
  const place = environment(options.WebSocket, storage.locks);
  const person = new Person({
    host: hostOf(url),
    username,
    token,
    storage,
    environment: place,
  });
  return new Chat(person, room, {
    device: device ?? place.secret(),
    history: history ?? 50,
    allMail: mail === "all",
    keep: keep ?? 500,
  });
}

/** As http or https, without a slash at the end. */
function hostOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  const scheme = protocol.replace(/^ws/, "http");
  if (scheme !== "http:" && scheme !== "https:")
    throw new TypeError(`Not the URL of a server: ${url}`);
  return `${scheme}//${host}${pathname.replace(/\/+$/, "")}`;
}

function storageHere(): ChatStorage {
  return globalThis.indexedDB ? indexedDbStorage() : memoryStorage();
}
