// Client SDK: joins a room with connect(), in browsers, Node, Deno, Bun and Workers.

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

/** The token, the username, or both identify the user. */
export type ConnectOptions = RoomOptions &
  (
    | { readonly username: string; readonly token?: Token }
    | { readonly username?: undefined; readonly token: Token }
  );

export interface RoomOptions {
  /** 1 to 64 letters, digits, `_`, `-` or `.` */
  room: string;
  /**
   * 1 to 32 of the same. It may be absent if the app's token names its user;
   * then nothing is stored on the device, since all data is stored by username.
   */
  username?: string | undefined;
  /**
   * The secret of the name, 22 to 4,096 characters: it makes this the same user
   * on another device. Without it, one is made and stored.
   *
   * A function returns the current token, before each attempt to connect: for
   * tokens of the app's own users, which expire.
   */
  token?: Token;
  /** The id of this window. A newer connection with the same id replaces it. */
  device?: string;
  /** Default: IndexedDB if there is one, otherwise memory. */
  storage?: ChatStorage;
  /** Used in place of the global WebSocket. */
  WebSocket?: SocketClass;
  /** Older messages to begin with, 0 to 200. Default 50. */
  history?: number;
  /**
   * Private messages to begin with: those since the last chat with this storage
   * (`new`), or all that the server has (`all`), for a view that begins empty.
   * Default `new`.
   */
  mail?: "new" | "all";
  /** Messages in the snapshot, and private messages likewise. Default 500. */
  maxMessages?: number;
}

/**
 * Joins a room, and reconnects until the chat is closed. Network failures never
 * throw: see `state` and `reason`.
 *
 * @param url the server, such as `https://chat.example`
 * @returns the chat of that room, in the state `connecting`
 * @throws TypeError for a wrong argument, and for a missing feature of the
 * runtime; the message names it
 */
export function connect(url: string, options: ConnectOptions): Chat {
  const serverUrl = serverUrlOf(url);
  const { room, username, token, device, ...others } = options ?? {};
  const { history = 50, mail, maxMessages = 500 } = others;
  if (token === undefined || username !== undefined)
    checkText(username, "username");
  if (token !== undefined && typeof token !== "function")
    checkText(token, "token");
  // Without a name, all users of the app would share the stored data.
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
  // A browser's WebSocket cannot send a password, and none sends a hash.
  check(
    /^(http|ws)s?:\/\/[^/?#@\\]+(\/[^?#]*)?$/i.test(url),
    "The URL must look like https://chat.example/path, without user, password, query or hash.",
  );
  return new URL(`${url}`.replace(/^ws/i, "http")).href.replace(/\/+$/, "");
}

function defaultStorage(): ChatStorage {
  return globalThis.indexedDB ? indexedDbStorage() : memoryStorage();
}
