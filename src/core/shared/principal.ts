// Principal: a token makes its user a guest, by a secret, or a user of the app, by a JWT.
import type { ErrorCode } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/name-key.ts";
import { readUsername, USERNAME_MAX } from "../../protocol/names.ts";
import type { Role } from "../../protocol/roles.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Platform } from "./contract.ts";
import { appIdentity, identify } from "./identity.ts";
import type { Refusal } from "./refusal.ts";
import { namesRoom, roleInRoom, roomRefusal } from "./room-access.ts";
import type { Verified } from "./rpc.ts";

export interface Principal {
  readonly identity: string;
  /** The name that the app gives the user; null: a guest chooses one. */
  readonly username: string | null;
  /** When the token expires, ms since 1970; null: never. */
  readonly expires: number | null;
  /** Does the app's token name this room in `rooms`? */
  readonly namesRoom: boolean;
  /** JSON text of the data that the app gives the user; null: none. */
  readonly data: string | null;
  /** The role that the app's token gives in this room; null: none. */
  readonly role: Role | null;
}

/** A principal, or the reason why there is none. */
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: Refusal };

/** A compact JWS begins with a JSON object in base64url and a dot. */
const jws = /^e[wy][\w-]*\./;
const threeParts = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Does the text look like a token of the app? No text does where no app is set.
 * A broken token of the app is still not taken for a guest's secret.
 */
export function isAppToken(settings: Settings, token: string): boolean {
  if (settings.JWT_ISSUER === "") return false;
  return jws.test(token) || threeParts.test(token);
}

export function guestPrincipal(platform: Platform, secret: string): AuthResult {
  const identity = identify(platform, secret);
  return identity === null
    ? refused("unauthorized", "A secret has 22 to 4096 characters, no blanks.")
    : {
        ok: true,
        principal: {
          identity,
          username: null,
          expires: null,
          namesRoom: false,
          data: null,
          role: null,
        },
      };
}

/**
 * @param verified what a token says that the app has signed
 * @param data the JSON text of its data, checked; null: none
 */
export function appPrincipal(
  platform: Platform,
  settings: Settings,
  room: string,
  verified: Verified,
  data: string | null,
  now: number,
): AuthResult {
  const refusal = roomRefusal(settings, room, verified, now);
  if (refusal !== null) return { ok: false, refusal };
  const { issuer, subject, username, expires } = verified;
  const name = toUsername(username);
  if (name === null)
    return refused(
      "bad_username",
      "The token has no user name: a claim username, or sub, with letters or digits.",
    );
  const prefix = guestPrefix(settings);
  if (prefix !== "" && beginsWith(name, prefix))
    return refused("bad_username", `Only guests' names begin with ${prefix}.`);
  const identity = appIdentity(platform, issuer, subject);
  return {
    ok: true,
    principal: {
      identity,
      username: name,
      expires,
      namesRoom: namesRoom(verified, room),
      data,
      role: roleInRoom(verified, room),
    },
  };
}

/** @returns the name of a guest who asks for this one; null if it is invalid */
export function guestName(settings: Settings, asked: string): string | null {
  const name = readUsername(asked);
  const prefix = guestPrefix(settings);
  if (name === null || prefix === "" || beginsWith(name, prefix)) return name;
  return readUsername(prefix + name);
}

function guestPrefix({ GUEST_PREFIX, JWT_ISSUER }: Settings): string {
  if (GUEST_PREFIX === "-") return "";
  return GUEST_PREFIX === "" && JWT_ISSUER !== "" ? "guest-" : GUEST_PREFIX;
}

/** Compares keys, so that a look-alike of the prefix is found too. */
function beginsWith(name: string, prefix: string): boolean {
  return nameKey(name).startsWith(nameKey(prefix));
}

/**
 * Makes a user name of the app's name for a user: `auth0|12` becomes `auth0_12`.
 *
 * @returns null if no character of it may be in a name
 */
export function toUsername(called: string): string | null {
  const name = called
    .normalize("NFKC")
    .replace(/[^\p{L}\p{M}\p{Nd}_.-]+/gu, "_")
    .replace(/^[^\p{L}\p{Nd}]+/u, "");
  const short = [...name].slice(0, USERNAME_MAX).join("");
  return readUsername(short.replace(/[_.]+$/, ""));
}

function refused(code: ErrorCode, message: string): AuthResult {
  return { ok: false, refusal: { code, message } };
}
