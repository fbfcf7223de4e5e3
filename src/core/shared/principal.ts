// What somebody who shows a token may be here: a guest by a secret, or a user of the host's app.
import type { ErrorCode } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/name-key.ts";
import { readUsername, USERNAME_MAX } from "../../protocol/names.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Platform } from "./contract.ts";
import { appIdentity, identify } from "./identity.ts";
import type { Refusal } from "./refusal.ts";
import { namesRoom, roomRefusal } from "./room-access.ts";
import type { Verified } from "./rpc.ts";

export interface Principal {
  readonly identity: string;
  /** The name that the app gives them; null: a guest, who chooses. */
  readonly username: string | null;
  /** When it ends, ms since 1970; null: it does not. */
  readonly expires: number | null;
  /** Does the app's token name this room in `rooms`? */
  readonly namesRoom: boolean;
}

/** A pass, or why there is none. */
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: Refusal };

/** A JSON object in base64url, and a dot: so begins a JWS in its short form. */
const jws = /^e[wy][\w-]*\./;
const threeParts = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Is it to be taken for a token of the app's? Only where the app is known.
 * What looks like one is never taken for a guest's secret, however broken.
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
        },
      };
}

/** For whom the app vouches, in this room. */
export function appPrincipal(
  platform: Platform,
  settings: Settings,
  room: string,
  verified: Verified,
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
    },
  };
}

/** The name of a guest who asks for this one; null if it can be none. */
export function guestName(settings: Settings, asked: string): string | null {
  const name = readUsername(asked);
  const prefix = guestPrefix(settings);
  if (name === null || beginsWith(name, prefix)) return name;
  return readUsername(prefix + name);
}

function guestPrefix({ GUEST_PREFIX, JWT_ISSUER }: Settings): string {
  if (GUEST_PREFIX === "-") return "";
  return GUEST_PREFIX === "" && JWT_ISSUER !== "" ? "guest-" : GUEST_PREFIX;
}

/** By key, so that no look-alike of the prefix passes for another one. */
function beginsWith(name: string, prefix: string): boolean {
  return nameKey(name).startsWith(nameKey(prefix));
}

/**
 * A name out of what an app calls its users: `auth0|12` is `auth0_12`.
 *
 * @returns null if nothing of it may be in a name
 */
function toUsername(called: string): string | null {
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
