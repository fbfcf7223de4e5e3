// Publish access: decides by the bearer token who publishes a message over HTTP: a server key, a guest, or a user of the app.
import { isSecret } from "../core/shared/identity.ts";
import { isAppToken } from "../core/shared/principal.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import {
  isPrivateRoom,
  NO_GUESTS,
  NOT_NAMED,
  roomRefusal,
} from "../core/shared/room-access.ts";
import type { Verified } from "../core/shared/rpc.ts";
import type { Settings } from "../protocol/settings.ts";
import type { AppTokens } from "./app-tokens.ts";
import { bearerToken, hasTokenInUrl, TOKEN_IN_URL } from "./connect-request.ts";
import {
  isServerKey,
  opensRoom,
  type Scope,
  type ServerKey,
  type ServerKeys,
} from "./server-keys.ts";

/** Somebody who may publish. */
export type PublishAuthor =
  | { readonly kind: "key"; readonly key: ServerKey }
  | { readonly kind: "guest"; readonly secret: string }
  | { readonly kind: "app"; readonly verified: Verified };

export type PublishDecision =
  | { readonly ok: true; readonly author: PublishAuthor }
  | { readonly ok: false; readonly refusal: Refusal };

export interface PublishDoors {
  readonly settings: Settings;
  readonly appTokens: AppTokens;
  readonly keys: ServerKeys;
}

const NO_TOKEN: Refusal = {
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
const NO_SCOPE: Refusal = {
  code: "forbidden",
  message: "The token does not have the scope publish.",
};

/**
 * @param known the user whom the app finds in the request; null: it knows none
 */
export async function decidePublish(
  doors: PublishDoors,
  request: Request,
  room: string,
  known: Verified | null,
): Promise<PublishDecision> {
  const { settings, appTokens } = doors;
  if (hasTokenInUrl(request))
    return refused({ code: "bad_request", message: TOKEN_IN_URL });
  const token = bearerToken(request);
  if (token !== null && isServerKey(token)) {
    const found = await findKey(doors, token, "publish", room);
    if (!found.ok) return found;
    return { ok: true, author: { kind: "key", key: found.key } };
  }
  if (token !== null && isAppToken(settings, token)) {
    const verified = await appTokens.verify(token);
    if (verified.type === "refused") return refused(verified);
    const refusal = roomRefusal(settings, room, verified, Date.now());
    if (refusal !== null) return refused(refusal);
    if (!verified.scopes?.includes("publish")) return refused(NO_SCOPE);
    return { ok: true, author: { kind: "app", verified } };
  }
  // The app itself lets this user in, so no scope is asked for.
  if (token === null && known !== null) {
    const refusal = roomRefusal(settings, room, known, Date.now());
    return refusal === null
      ? { ok: true, author: { kind: "app", verified: known } }
      : refused(refusal);
  }
  if (isPrivateRoom(settings, room)) return refused(NOT_NAMED);
  if (token === null) return refused(NO_TOKEN);
  if (!isSecret(token)) return refused({ code: "unauthorized" });
  if (settings.GUESTS === "off") return refused(NO_GUESTS);
  return { ok: true, author: { kind: "guest", secret: token } };
}

/**
 * Finds a key with a scope.
 *
 * @param room that it must open; null: it needs none
 */
export async function findKey(
  { settings, keys }: Pick<PublishDoors, "settings" | "keys">,
  token: string,
  scope: Scope,
  room: string | null,
): Promise<
  | { readonly ok: true; readonly key: ServerKey }
  | { readonly ok: false; readonly refusal: Refusal }
> {
  const key = await keys.find(token);
  if (key === null) return refused(NO_KEY);
  if (room !== null) {
    const isPrivate = isPrivateRoom(settings, room);
    if (!opensRoom(key, room, isPrivate))
      return refused(isPrivate ? NOT_NAMED : NOT_IN_KEY);
  }
  if (key.scopes.has(scope)) return { ok: true, key };
  return refused({
    code: "forbidden",
    message: `The key does not have the scope ${scope}.`,
  });
}

function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
