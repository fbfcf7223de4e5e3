// Create client: checks the options of an app, and makes a client with the environment of this runtime.
import type { DataSchema, DataSchemas } from "../protocol/standard-schema.ts";
import {
  check,
  checkFunction,
  checkSizes,
  checkText,
} from "./check-arguments.ts";
import { Client } from "./client.ts";
import { createEnvironment, type SocketClass } from "./environment.ts";
import type { ChatTypes, Token } from "./events.ts";
import { type ChatStorage, memoryStorage } from "./storage.ts";

/** The token, the username, or both identify the user. */
export type ClientOptions<T extends ChatTypes = ChatTypes> = UserOptions &
  (
    | { readonly username: string; readonly token?: Token }
    | { readonly username?: undefined; readonly token: Token }
  ) & {
    /**
     * Synchronous schemas of any library that follows standardschema.dev. They
     * check the data that arrives; data that they refuse is left out.
     */
    readonly schemas?: { readonly [Kind in keyof T]?: DataSchema<T[Kind]> };
  };

export interface UserOptions {
  /**
   * 1 to 32 letters, digits, `_`, `-` or `.` It may be absent if the app's
   * token names its user; then nothing is stored on the device, since all data
   * is stored by username.
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
  /**
   * Private messages to begin with: those since the last client with this
   * storage (`new`), or all that the server has (`all`), for a view that begins
   * empty. Default `new`.
   */
  mail?: "new" | "all";
  /**
   * Private messages in the snapshot, and messages in the snapshot of each
   * room. Default 500.
   */
  maxMessages?: number;
}

/** @internal @param defaultStorage where the app gives none */
export function makeClient<T extends ChatTypes = ChatTypes>(
  url: string,
  options: ClientOptions<T>,
  defaultStorage: () => ChatStorage = memoryStorage,
): Client<T> {
  const serverUrl = serverUrlOf(url);
  const { username, token, device, mail, ...others } = options ?? {};
  const { maxMessages = 500 } = others;
  const schemas: DataSchemas = others.schemas ?? {};
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
  checkSizes(0, maxMessages);
  for (const schema of [schemas.message, schemas.user])
    check(
      !(schema?.["~standard"].validate(null) instanceof Promise),
      "schemas must be synchronous.",
    );
  const environment = createEnvironment(others.WebSocket, storage.locks);
  return new Client<T>({
    ...{ serverUrl, username, token, storage, environment, maxMessages },
    schemas,
    device: device ?? environment.createSecret(),
    allMail: mail === "all",
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
