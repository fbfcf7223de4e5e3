// Client SDK: makes clients with createClient() and connect(), in browsers, Node, Deno, Bun and Workers.
import type { Client, JoinOptions } from "./client.ts";
import { type ClientOptions, makeClient } from "./create-client.ts";
import type { ChatTypes } from "./events.ts";
import type { Room as AnyRoom } from "./room.ts";
import { type ChatStorage, memoryStorage } from "./storage.ts";

export type { DataSchema, DataSchemas } from "../protocol/standard-schema.ts";
export { ChatError, type ChatErrorCode } from "./chat-error.ts";
export type { Client, JoinOptions } from "./client.ts";
export type { ClientOptions, UserOptions } from "./create-client.ts";
export type { Locks, SocketClass } from "./environment.ts";
export type * from "./events.ts";
export { type ChatStorage, memoryStorage } from "./storage.ts";
export type { Thread } from "./thread.ts";

/** The type of a room that `join` returns. */
export type Room<T extends ChatTypes = ChatTypes> = AnyRoom<Client<T>, T>;

/** The options of the client and of `join`, and the name of the room. */
export type ConnectOptions<T extends ChatTypes = ChatTypes> = ClientOptions<T> &
  JoinOptions & {
    /** 1 to 64 letters, digits, `_`, `-` or `.` */
    readonly room: string;
  };

/**
 * Makes a client of one user. It connects with the first `join`, and reconnects
 * until it is closed. Network failures never throw: see `state` and `reason`.
 *
 * @param url the server, such as `https://chat.example`
 * @throws TypeError for a wrong argument, and for a missing feature of the
 * runtime; the message names it
 */
export function createClient<T extends ChatTypes = ChatTypes>(
  url: string,
  options: ClientOptions<T>,
): Client<T> {
  return makeClient(url, options, defaultStorage);
}

/**
 * Makes a client and joins one room: short for `createClient` and `join`.
 *
 * @returns the room, in the state `connecting`; its `client` has the rest
 * @throws TypeError as `createClient` and `join`
 */
export function connect<T extends ChatTypes = ChatTypes>(
  url: string,
  options: ConnectOptions<T>,
): Room<T> {
  const client = createClient<T>(url, options);
  try {
    return client.join(options.room, options);
  } catch (error) {
    client.close();
    throw error;
  }
}

function defaultStorage(): ChatStorage {
  if (!globalThis.indexedDB) return memoryStorage();
  let storage: ChatStorage | undefined;
  // Programs have no IndexedDB. A load that fails is tried again.
  const load = async () => {
    const { indexedDbStorage } = await import("./indexed-db.ts");
    storage ??= indexedDbStorage();
    return storage;
  };
  return {
    get: async (key) => (await load()).get(key),
    set: async (key, value) => (await load()).set(key, value),
    claim: async (key, value) => (await load()).claim(key, value),
    remove: async (key) => (await load()).remove(key),
    list: async (prefix) => (await load()).list(prefix),
  };
}
