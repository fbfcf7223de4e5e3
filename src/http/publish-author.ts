// Publish author: finds out by the bearer token on whose behalf a request publishes: a server key, a guest, or a user of the app.
import { isSecret } from "../core/shared/identity.ts";
import { isAppToken } from "../core/shared/principal.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import {
  isPrivateRoom,
  isUnnamedAt,
  NO_GUESTS,
  NOT_NAMED,
  roomRefusal,
} from "../core/shared/room-access.ts";
import type { Verified } from "../core/shared/rpc.ts";
import type { Settings } from "../protocol/settings.ts";
import type { AppTokens } from "./app-tokens.ts";
import { bearerToken, hasTokenInUrl } from "./connect-request.ts";
import { IN_URL, type KeyAccess, NO_TOKEN } from "./key-access.ts";
import { isServerKey, type ServerKey } from "./server-keys.ts";

/** Somebody who may publish. */
export type PublishAuthor =
  | { readonly kind: "key"; readonly key: ServerKey }
  | {
      readonly kind: "guest";
      readonly secret: string;
      /** The guest's network as a room gets it; absent or null: not known. */
      readonly network?: string | null;
      /** The room is private: only a member may send there. */
      readonly isAtPrivateRoom: boolean;
    }
  | { readonly kind: "app"; readonly verified: Verified };

export type FoundAuthor =
  | { readonly ok: true; readonly author: PublishAuthor }
  | { readonly ok: false; readonly refusal: Refusal };

const NO_SCOPE: Refusal = {
  code: "forbidden",
  message: "The token does not have the scope publish.",
};

export interface PublishAuthorsOptions {
  readonly settings: Settings;
  readonly appTokens: AppTokens;
  readonly keyAccess: KeyAccess;
}

export class PublishAuthors {
  readonly #options: PublishAuthorsOptions;

  constructor(options: PublishAuthorsOptions) {
    this.#options = options;
  }

  /**
   * @param room null: the message is for no room
   * @param known the user whom the app finds in the request; null: it knows none
   */
  async find(
    request: Request,
    room: string | null,
    known: Verified | null,
  ): Promise<FoundAuthor> {
    const { settings, appTokens, keyAccess } = this.#options;
    if (hasTokenInUrl(request)) return refused(IN_URL);
    const token = bearerToken(request);
    if (token !== null && isServerKey(token)) {
      const found = await keyAccess.find(token, "publish", room);
      if (!found.ok) return found;
      return { ok: true, author: { kind: "key", key: found.key } };
    }
    const refusalOf = (verified: Verified): Refusal | null =>
      room === null ? null : roomRefusal(settings, room, verified, Date.now());
    if (token !== null && isAppToken(settings, token)) {
      const verified = await appTokens.verify(token);
      if (verified.type === "refused") return refused(verified);
      const refusal = refusalOf(verified);
      if (refusal !== null) return refused(refusal);
      if (!verified.scopes?.includes("publish")) {
        // Only the room knows its members, and it is not asked.
        const isUnnamed =
          room !== null && isUnnamedAt(settings, room, verified);
        return refused(isUnnamed ? NOT_NAMED : NO_SCOPE);
      }
      return { ok: true, author: { kind: "app", verified } };
    }
    // The app itself lets this user in, so no scope is asked for.
    if (token === null && known !== null) {
      const refusal = refusalOf(known);
      return refusal === null
        ? { ok: true, author: { kind: "app", verified: known } }
        : refused(refusal);
    }
    const isPerson = token !== null && isSecret(token);
    // The room knows whether the person is a member.
    const mayEnter = isPerson && settings.GUESTS === "on";
    const isAtPrivateRoom = room !== null && isPrivateRoom(settings, room);
    if (isAtPrivateRoom && !mayEnter) return refused(NOT_NAMED);
    if (token === null) return refused(NO_TOKEN);
    if (!isPerson) return refused({ code: "unauthorized" });
    if (settings.GUESTS === "off") return refused(NO_GUESTS);
    return {
      ok: true,
      author: { kind: "guest", secret: token, isAtPrivateRoom },
    };
  }

  /** @returns null: the request has no token of the app, and the app knows no user */
  async findUser(
    request: Request,
    room: string,
    known: Verified | null,
  ): Promise<FoundAuthor | null> {
    const { settings, appTokens } = this.#options;
    const token = bearerToken(request);
    if (hasTokenInUrl(request)) return refused(IN_URL);
    if (token !== null && !isAppToken(settings, token)) return null;
    const verified = token === null ? known : await appTokens.verify(token);
    if (verified === null) return null;
    if (verified.type === "refused") return refused(verified);
    const refusal = roomRefusal(settings, room, verified, Date.now());
    if (refusal !== null) return refused(refusal);
    return { ok: true, author: { kind: "app", verified } };
  }
}

function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
