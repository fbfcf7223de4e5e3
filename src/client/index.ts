// The client of an edge-chat server, for browsers, Node, Deno, Bun and Workers: connect, and its types.

import { Account } from "./account.ts";
import { Chat } from "./chat.ts";
import { check, checkFunction, checkText } from "./check-arguments.ts";
import { createEnvironment, type SocketClass } from "./environment.ts";
import type { Token } from "./events.ts";
import { indexedDbStorage } from "./indexed-db.ts";
import { hasFields } from "./parse-frame.ts";
import { type ChatStorage, memoryStorage } from "./storage.ts";

export type { Chat } from "./chat.ts";
export { ChatError, type ChatErrorCode } from "./chat-error.ts";
export type { Locks, SocketClass } from "./environment.ts";
export type * from "./events.ts";
export { indexedDbStorage } from "./indexed-db.ts";
export { type ChatStorage, memoryStorage } from "./storage.ts";

/** The token alone may say who it is, or the name alone, or both. */
export type ConnectOptions = RoomOptions &
  (
    | { readonly username: string; readonly token?: Token }
    | { readonly username?: undefined; readonly token: Token }
  );

export interface RoomOptions {
  /** 1 to 64 letters, digits, `_`, `-` or `.` */
  room: string;
  /**
   * 1 to 32 of the same. May be left out where the app's token names its user;
   * then nothing is kept on the device, where all is kept by name.
   */
  username?: string | undefined;
  /**
   * The secret behind the name, 22 to 4,096 characters, that makes this the
   * same person on another device. One is made and kept if none is given.
   *
   * A function gets the one of the moment, before each connection: for tokens
   * of the app's own users, which end.
   */
  token?: Token;
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
  maxMessages?: number;
}

/**
 * Joins a room, and stays there over lost connections until it is closed.
 *
 * @param url of the server, as `https://chat.example`
 * @throws TypeError for a wrong argument, and for what this place lacks: it
 * says which
 */
export function connect(url: string, options: ConnectOptions): Chat {
  const serverUrl = serverUrlOf(url);
  const { room, username, token, device, ...others } = options ?? {};
  const { history = 50, mail, maxMessages = 500 } = others;
  if (token === undefined || username !== undefined)
    checkText(username, "username");
  if (token !== undefined && typeof token !== "function")
    checkText(token, "token");
  // Without a name all users of the app would share what is kept.
  const isStored = username !== undefined;
  const storage = isStored
    ? (others.storage ?? defaultStorage())
    : memoryStorage();
  for (const method of ["get", "set", "claim", "remove", "list"] as const)
    checkFunction(storage[method], `storage.${method}`);
  const numbers = {
    history,
    maxMessages: maxMessages === 1 / 0 ? 0 : maxMessages,
  };
  check(
    hasFields(numbers, "history+ maxMessages+"),
    "history and maxMessages must be numbers.",
  );
  const environment = createEnvironment(others.WebSocket, storage.locks);
  const account = new Account({
    serverUrl,
    username,
    token,
    storage,
    environment: environment,
  });
  return new Chat(account, room, {
    device: device ?? environment.createSecret(),
    history,
    allMail: mail === "all",
    maxMessages,
  });
}

/** As http or https, without a slash at the end. */
function serverUrlOf(url: string): string {
  // A WebSocket of a browser cannot send a password, and none sends a hash.
  check(
    /^(http|ws)s?:\/\/[^/?#@\\]+(\/[^?#]*)?$/i.test(url),
    "The URL must be as https://chat.example/path: no user, password, query or hash.",
  );
  return new URL(`${url}`.replace(/^ws/i, "http")).href.replace(/\/+$/, "");
}

function defaultStorage(): ChatStorage {
  return globalThis.indexedDB ? indexedDbStorage() : memoryStorage();
}
