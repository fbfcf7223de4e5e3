// Key access: finds the server key of a request, and decides whether it has the scope and opens the room.
import type { Refusal } from "../core/shared/refusal.ts";
import { isPrivateRoom, NOT_NAMED } from "../core/shared/room-access.ts";
import type { Settings } from "../protocol/settings.ts";
import { bearerToken, hasTokenInUrl, TOKEN_IN_URL } from "./connect-request.ts";
import {
  isServerKey,
  opensRoom,
  type Scope,
  type ServerKey,
  type ServerKeys,
} from "./server-keys.ts";

export type FoundKey =
  | { readonly ok: true; readonly key: ServerKey }
  | { readonly ok: false; readonly refusal: Refusal };

export const IN_URL: Refusal = { code: "bad_request", message: TOKEN_IN_URL };
export const NO_TOKEN: Refusal = {
  code: "unauthorized",
  message: "A token is needed: Authorization: Bearer.",
};
const NO_KEY: Refusal = {
  code: "unauthorized",
  message: "The server does not know this key.",
};
const NOT_IN_KEY: Refusal = {
  code: "forbidden",
  message: "The key does not open this room.",
};
const NO_PERSON: Refusal = {
  code: "forbidden",
  message: "This needs a server key.",
};

export class KeyAccess {
  readonly #settings: Settings;
  readonly #keys: ServerKeys;

  constructor(settings: Settings, keys: ServerKeys) {
    this.#settings = settings;
    this.#keys = keys;
  }

  /**
   * Finds a key with a scope.
   *
   * @param room that it must open; null: it needs none
   */
  async find(
    token: string,
    scope: Scope,
    room: string | null,
  ): Promise<FoundKey> {
    const key = await this.#keys.find(token);
    if (key === null) return refused(NO_KEY);
    const refusal = room === null ? null : this.refusalFor(key, room);
    if (refusal !== null) return refused(refusal);
    if (key.scopes.has(scope)) return { ok: true, key };
    return refused({
      code: "forbidden",
      message: `The key does not have the scope ${scope}.`,
    });
  }

  /** Finds the key of a request that is for keys alone. */
  async ofRequest(
    request: Request,
    scope: Scope,
    room: string | null,
  ): Promise<FoundKey> {
    const token = bearerToken(request);
    if (hasTokenInUrl(request)) return refused(IN_URL);
    if (token !== null && isServerKey(token))
      return this.find(token, scope, room);
    // In a private room all are told the same.
    if (room !== null && isPrivateRoom(this.#settings, room))
      return refused(NOT_NAMED);
    return refused(token === null ? NO_TOKEN : NO_PERSON);
  }

  /** Why the key may do nothing in a room; null: it may. */
  refusalFor(key: ServerKey, room: string): Refusal | null {
    const isPrivate = isPrivateRoom(this.#settings, room);
    if (opensRoom(key, room, isPrivate)) return null;
    return isPrivate ? NOT_NAMED : NOT_IN_KEY;
  }

  /** Finds a key that publishes to this room, and can do nothing else; or null. */
  async forWebhook(
    token: string,
    room: string | null,
  ): Promise<ServerKey | null> {
    const key = isServerKey(token) ? await this.#keys.find(token) : null;
    return key !== null && room !== null && isForWebhook(key, room)
      ? key
      : null;
  }
}

/** Does the key publish to this room, and nothing else? */
function isForWebhook({ scopes, rooms }: ServerKey, room: string): boolean {
  const isNarrow = scopes.size === 1 && scopes.has("publish");
  const isNamed = rooms?.some((one) => one.normalize("NFKC") === room);
  return (
    isNarrow && isNamed === true && !rooms?.some((one) => one.includes("*"))
  );
}

function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
