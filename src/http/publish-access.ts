// Publish access: decides who may publish a message over HTTP, and how often: a server key, a guest, or a user of the app.
import type { Refusal } from "../core/shared/refusal.ts";
import type { Settings } from "../protocol/settings.ts";
import type { ConnectCheck, RequestSource } from "./access.ts";
import type { AppTokens } from "./app-tokens.ts";
import { KeyAccess } from "./key-access.ts";
import { KeyRates, type RateState } from "./key-rates.ts";
import { problem } from "./problem.ts";
import {
  type FoundAuthor,
  type PublishAuthor,
  PublishAuthors,
} from "./publish-author.ts";
import type { PublishRight } from "./publish-server.ts";
import { refusalResponse } from "./refusal-response.ts";
import type { ServerKeys } from "./server-keys.ts";

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

const NOT_ALL_USERS: Refusal = {
  code: "forbidden",
  message: "A key for certain rooms sends no private messages.",
};
const UNLIMITED: RateState = { retryAfter: 0, headers: {} };

export class PublishAccess {
  /** Which key a request has. */
  readonly keys: KeyAccess;
  readonly #options: PublishAccessOptions;
  readonly #authors: PublishAuthors;
  readonly #keyRates: KeyRates;
  /** Of people who send private messages; in a room the room counts them. */
  readonly #personRates: KeyRates;

  constructor(options: PublishAccessOptions) {
    this.#options = options;
    const { settings, appTokens } = options;
    this.keys = new KeyAccess(settings, options.keys);
    this.#authors = new PublishAuthors({
      ...{ settings, appTokens, keyAccess: this.keys },
    });
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
    const decision = await this.#authors.find(request, room, known);
    return this.#admit(decision, request, source, () => UNLIMITED);
  }

  /** Decides who sends a private message, and counts it. */
  async toUser(
    request: Request,
    source: RequestSource,
  ): Promise<PublishAccessResult> {
    const decision = await this.#authors.find(request, null, null);
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
      (await this.#authors.findUser(request, room, known)) ??
      (await this.#decideKey(request, room));
    return this.#admit(decision, request, source, () => UNLIMITED);
  }

  async #decideKey(request: Request, room: string): Promise<FoundAuthor> {
    const found = await this.keys.ofRequest(request, "moderate", room);
    if (!found.ok) return found;
    return { ok: true, author: { kind: "key", key: found.key } };
  }

  /** Decides who publishes to many rooms, and counts the first message. */
  async toRooms(request: Request): Promise<BroadcastAccessResult> {
    const { connectCheck } = this.#options;
    const found = await this.keys.ofRequest(request, "publish", null);
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
        return this.keys.refusalFor(key, room);
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
    const { connectCheck } = this.#options;
    const key = await this.keys.forWebhook(token, room);
    if (room === null || key === null)
      return { ok: false, response: problem(404, "There is no such webhook.") };
    const verdict = await connectCheck?.(request, room);
    if (verdict?.type === "refused") return denied(verdict);
    return this.#rightOf({ kind: "key", key }, () => UNLIMITED);
  }

  async #admit(
    decision: FoundAuthor,
    request: Request,
    source: RequestSource,
    personRate: (author: PublishAuthor) => RateState,
  ): Promise<PublishAccessResult> {
    if (!decision.ok) return denied(decision.refusal);
    const author = withNetwork(decision.author, source);
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

/** A room may ban the network of a guest. */
function withNetwork(
  author: PublishAuthor,
  source: RequestSource,
): PublishAuthor {
  return author.kind === "guest"
    ? { ...author, network: source.network?.() ?? null }
    : author;
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
