// Publish access: decides by the bearer token who publishes a message over HTTP: a server key, a guest, or a user of the app.
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
import type { ConnectCheck, RequestSource } from "./access.ts";
import type { AppTokens } from "./app-tokens.ts";
import { bearerToken, hasTokenInUrl, TOKEN_IN_URL } from "./connect-request.ts";
import { KeyRates, type RateState } from "./key-rates.ts";
import { problem } from "./problem.ts";
import type { PublishRight } from "./publish-server.ts";
import { refusalResponse } from "./refusal-response.ts";
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
  | {
      readonly kind: "guest";
      readonly secret: string;
      /** The room is private: only a member may send there. */
      readonly isAtPrivateRoom: boolean;
    }
  | { readonly kind: "app"; readonly verified: Verified };

type Decision =
  | { readonly ok: true; readonly author: PublishAuthor }
  | { readonly ok: false; readonly refusal: Refusal };

type FoundKey =
  | { readonly ok: true; readonly key: ServerKey }
  | { readonly ok: false; readonly refusal: Refusal };

type Refused = { readonly ok: false; readonly response: Response };
export type PublishAccessResult =
  | ({ readonly ok: true } & PublishRight)
  | Refused;
export type BroadcastAccessResult =
  | ({
      readonly ok: true;
      /** Why the key may not publish to a room; null: it may. */
      refusalFor(room: string): Promise<Refusal | null>;
    } & PublishRight)
  | Refused;

export interface PublishAccessOptions {
  readonly settings: Settings;
  readonly appTokens: AppTokens;
  readonly keys: ServerKeys;
  /** Asks the app about a request for a room; null: it does not want to be asked. */
  readonly connectCheck: ConnectCheck | null;
  /** Refuses a connection above the rate of its network; null: allowed. */
  checkConnect(
    request: Request,
    source: RequestSource,
  ): Promise<Response | null>;
}

const IN_URL: Refusal = { code: "bad_request", message: TOKEN_IN_URL };
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

const NO_PERSON: Refusal = {
  code: "forbidden",
  message: "This needs a server key.",
};
const NOT_ALL_USERS: Refusal = {
  code: "forbidden",
  message: "A key for certain rooms sends no private messages.",
};
const UNLIMITED: RateState = { retryAfter: 0, headers: {} };

export class PublishAccess {
  readonly #options: PublishAccessOptions;
  readonly #keyRates: KeyRates;
  /** Of people who send private messages; in a room the room counts them. */
  readonly #personRates: KeyRates;

  constructor(options: PublishAccessOptions) {
    this.#options = options;
    const { settings } = options;
    this.#keyRates = new KeyRates({
      burst: settings.API_RATE_BURST,
      perSecond: settings.API_RATE_PER_SECOND,
    });
    this.#personRates = new KeyRates({
      burst: settings.RATE_BURST,
      perSecond: settings.RATE_PER_SECOND,
    });
  }

  /** Decides who publishes to a room, and counts one message of a key. */
  async toRoom(
    request: Request,
    room: string,
    source: RequestSource,
  ): Promise<PublishAccessResult> {
    const { connectCheck } = this.#options;
    const known = (await connectCheck?.(request, room)) ?? null;
    if (known?.type === "refused") return denied(known);
    const decision = await this.#decide(request, room, known);
    return this.#admit(decision, request, source, () => UNLIMITED);
  }

  /** Decides who sends a private message, and counts it. */
  async toUser(
    request: Request,
    source: RequestSource,
  ): Promise<PublishAccessResult> {
    const decision = await this.#decide(request, null, null);
    const isBounded =
      decision.ok &&
      decision.author.kind === "key" &&
      !(decision.author.key.rooms?.includes("*") ?? true);
    if (isBounded) return denied(NOT_ALL_USERS);
    return this.#admit(decision, request, source, (author) =>
      this.#personRates.take(personOf(author), Date.now()),
    );
  }

  /**
   * Decides who moderates a room: a key with the scope, which counts as a message,
   * or a user of the app. The room asks for the role of the user.
   */
  async toModerate(
    request: Request,
    room: string,
    source: RequestSource,
  ): Promise<PublishAccessResult> {
    const { connectCheck } = this.#options;
    const known = (await connectCheck?.(request, room)) ?? null;
    if (known?.type === "refused") return denied(known);
    const decision =
      (await this.#decideUser(request, room, known)) ??
      (await this.#decideKey(request, room));
    return this.#admit(decision, request, source, () => UNLIMITED);
  }

  /** @returns null: the request has no token of the app, and the app knows no user */
  async #decideUser(
    request: Request,
    room: string,
    known: Verified | null,
  ): Promise<Decision | null> {
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

  async #decideKey(request: Request, room: string): Promise<Decision> {
    const found = await this.#keyOf(request, "moderate", room);
    if (!found.ok) return found;
    return { ok: true, author: { kind: "key", key: found.key } };
  }

  /** Decides who publishes to many rooms, and counts the first message. */
  async toRooms(request: Request): Promise<BroadcastAccessResult> {
    const { connectCheck, settings } = this.#options;
    const found = await this.#keyOf(request, "publish", null);
    if (!found.ok) return denied(found.refusal);
    const { key } = found;
    const author: PublishAuthor = { kind: "key", key };
    const right = this.#rightOf(author, () => UNLIMITED);
    if (!right.ok) return right;
    return {
      ...right,
      refusalFor: async (room) => {
        const verdict = await connectCheck?.(request, room);
        if (verdict?.type === "refused") return verdict;
        return keyRefusal(settings, key, room);
      },
    };
  }

  /**
   * Decides about a key in the URL of a webhook. A URL is seen by proxies, so the
   * key must be able to do nothing else.
   */
  async byUrl(
    request: Request,
    room: string | null,
    token: string,
  ): Promise<PublishAccessResult> {
    const { connectCheck, keys } = this.#options;
    const key = isServerKey(token) ? await keys.find(token) : null;
    if (room === null || key === null || !isForWebhook(key, room))
      return { ok: false, response: problem(404, "There is no such webhook.") };
    const verdict = await connectCheck?.(request, room);
    if (verdict?.type === "refused") return denied(verdict);
    return this.#rightOf({ kind: "key", key }, () => UNLIMITED);
  }

  /**
   * Finds a key with a scope.
   *
   * @param room that it must open; null: it needs none
   */
  async findKey(
    token: string,
    scope: Scope,
    room: string | null,
  ): Promise<FoundKey> {
    const { keys, settings } = this.#options;
    const key = await keys.find(token);
    if (key === null) return refused(NO_KEY);
    const refusal = room === null ? null : keyRefusal(settings, key, room);
    if (refusal !== null) return refused(refusal);
    if (key.scopes.has(scope)) return { ok: true, key };
    return refused({
      code: "forbidden",
      message: `The key does not have the scope ${scope}.`,
    });
  }

  /** Finds the key of a request that is for keys alone. */
  async #keyOf(
    request: Request,
    scope: Scope,
    room: string | null,
  ): Promise<FoundKey> {
    const token = bearerToken(request);
    if (hasTokenInUrl(request)) return refused(IN_URL);
    if (token !== null && isServerKey(token))
      return this.findKey(token, scope, room);
    // In a private room all are told the same.
    if (room !== null && isPrivateRoom(this.#options.settings, room))
      return refused(NOT_NAMED);
    return refused(token === null ? NO_TOKEN : NO_PERSON);
  }

  /**
   * @param room null: the message is for no room
   * @param known the user whom the app finds in the request; null: it knows none
   */
  async #decide(
    request: Request,
    room: string | null,
    known: Verified | null,
  ): Promise<Decision> {
    const { settings, appTokens } = this.#options;
    if (hasTokenInUrl(request)) return refused(IN_URL);
    const token = bearerToken(request);
    if (token !== null && isServerKey(token)) {
      const found = await this.findKey(token, "publish", room);
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

  async #admit(
    decision: Decision,
    request: Request,
    source: RequestSource,
    personRate: (author: PublishAuthor) => RateState,
  ): Promise<PublishAccessResult> {
    if (!decision.ok) return denied(decision.refusal);
    const { author } = decision;
    // A person who is not in the room comes in for a moment.
    const response =
      author.kind === "key"
        ? null
        : await this.#options.checkConnect(request, source);
    if (response !== null) return { ok: false, response };
    return this.#rightOf(author, personRate);
  }

  #rightOf(
    author: PublishAuthor,
    personRate: (author: PublishAuthor) => RateState,
  ): PublishAccessResult {
    const takeRate = () =>
      author.kind === "key"
        ? this.#keyRates.take(author.key.id, Date.now())
        : personRate(author);
    const rate = takeRate();
    const { retryAfter, headers } = rate;
    if (retryAfter === 0) return { ok: true, author, rate, takeRate };
    const refusal = { code: "rate_limited", retryAfter } as const;
    return { ok: false, response: refusalResponse(refusal, headers) };
  }
}

function keyRefusal(
  settings: Settings,
  key: ServerKey,
  room: string,
): Refusal | null {
  const isPrivate = isPrivateRoom(settings, room);
  if (opensRoom(key, room, isPrivate)) return null;
  return isPrivate ? NOT_NAMED : NOT_IN_KEY;
}

/** Does the key publish to this room, and nothing else? */
function isForWebhook({ scopes, rooms }: ServerKey, room: string): boolean {
  const isNarrow = scopes.size === 1 && scopes.has("publish");
  const isNamed = rooms?.some((one) => one.normalize("NFKC") === room);
  return (
    isNarrow && isNamed === true && !rooms?.some((one) => one.includes("*"))
  );
}

/** Tells people apart. */
function personOf(author: PublishAuthor): string {
  if (author.kind === "key") return author.key.id;
  if (author.kind === "guest") return author.secret;
  const { issuer, subject } = author.verified;
  return `${issuer.length} ${issuer} ${subject}`;
}

function denied(refusal: Refusal): Refused {
  return { ok: false, response: refusalResponse(refusal) };
}

function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
