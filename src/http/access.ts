// Access: decides over HTTP if a request may reach a room or the admin, by its host, origin, token and rate.
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AccountKind } from "../core/shared/account-kind.ts";
import { isSecret } from "../core/shared/identity.ts";
import { isAppToken } from "../core/shared/principal.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import {
  isCreationAllowed,
  isPrivateRoom,
  isUnnamedAt,
  NO_GUESTS,
  NO_ROOM,
  NOT_NAMED,
  roomRefusal,
} from "../core/shared/room-access.ts";
import type { Refused, Verified } from "../core/shared/rpc.ts";
import type { Settings } from "../protocol/settings.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import { AdminAttempts } from "./admin-attempts.ts";
import { isAdmin } from "./admin-secret.ts";
import { hostRefusal } from "./allowed-hosts.ts";
import type { AppTokens } from "./app-tokens.ts";
import type { ChatConfig } from "./chat-config.ts";
import { ConnectLimiter } from "./connect-limiter.ts";
import { bearerToken, hasTokenInUrl, TOKEN_IN_URL } from "./connect-request.ts";
import { networkOf } from "./ip-network.ts";
import { isAllowedOrigin, originRefusal } from "./origins.ts";
import { pageHeaders } from "./page-headers.ts";
import { codedProblem, problem } from "./problem.ts";
import { PublishAccess } from "./publish-access.ts";
import type { PrivateCheck } from "./publish-private.ts";
import { refusalResponse } from "./refusal-response.ts";
import type { RoomReader } from "./room-reader.ts";
import { isServerKey, ServerKeys } from "./server-keys.ts";

/**
 * The part of a request that only the host knows. The host may also count
 * connections in more places than this process.
 */
export interface RequestSource {
  /** The client's address; null: not known. */
  readonly address: string | null;
  /**
   * No route or proxy in front of the server has chosen the host name. Any name
   * that leads to this machine may be in the request.
   */
  readonly isDirect: boolean;
  /**
   * The client's network as a room gets it, which may ban it; null: it is not
   * known, or no network that may be banned. Absent: the host knows no networks.
   */
  network?(): string | null;
  /** Counts one connection. False: too many. */
  mayConnect(network: string): Promise<boolean>;
}

type CorsOptions = NonNullable<Parameters<typeof cors>[0]>;

/** The right to read a room, or the response that refuses it. */
export type ReadAccess =
  | {
      readonly ok: true;
      readonly accountKind: AccountKind;
      readonly reader: RoomReader;
    }
  | { readonly ok: false; readonly response: Response };

/**
 * Asks the app about a request for a room: its user, a denial, or null. Never
 * rejects.
 */
export type ConnectCheck = (
  request: Request,
  room: string,
) => Promise<Verified | Refused | null>;

export class Access {
  readonly settings: Settings;
  readonly #appTokens: AppTokens;
  readonly #adminSecrets: readonly string[];
  readonly #metricsSecret: string | null;
  readonly #adminAttempts = new AdminAttempts();
  readonly #limiter: ConnectLimiter;
  /** Who sends messages over HTTP. */
  readonly publish: PublishAccess;
  readonly keys: ServerKeys;
  /** The app's schemas for data. */
  readonly schemas: DataSchemas;
  /** Asks the app about private messages; null: it does not want to. */
  readonly privateCheck: PrivateCheck | null;
  /** Lets pages of allowed origins read. Not for upgrades. */
  readonly cors: MiddlewareHandler;
  /** The same for Socket.IO's clients, which also send. */
  readonly socketIoCors: MiddlewareHandler;
  /** Adds the headers of the page, which name the sites that may embed it. */
  readonly pageHeaders: MiddlewareHandler;

  readonly #connectCheck: ConnectCheck | null;

  /**
   * @param connectCheck asks the app about requests; null: it does not want to
   * @param privateCheck the same for private messages
   */
  constructor(
    {
      settings,
      appTokens,
      adminSecret,
      oldAdminSecret = null,
      metricsSecret = null,
      keys = new ServerKeys([]),
      schemas = {},
    }: Pick<ChatConfig, "settings" | "appTokens" | "adminSecret"> &
      Partial<
        Pick<
          ChatConfig,
          "keys" | "schemas" | "metricsSecret" | "oldAdminSecret"
        >
      >,
    connectCheck: ConnectCheck | null = null,
    privateCheck: PrivateCheck | null = null,
  ) {
    this.#connectCheck = connectCheck;
    this.settings = settings;
    this.#appTokens = appTokens;
    this.#adminSecrets = [adminSecret, oldAdminSecret].filter(
      (secret) => secret !== null,
    );
    this.#metricsSecret = metricsSecret;
    this.#limiter = new ConnectLimiter(settings.CONNECTS_PER_MINUTE);
    this.keys = keys;
    this.schemas = schemas;
    this.privateCheck = privateCheck;
    this.publish = new PublishAccess({
      ...{ settings, appTokens, keys, connectCheck },
      checkConnect: (request, source) => this.checkConnect(request, source),
    });
    const corsOptions: CorsOptions = {
      origin: (origin, c) =>
        isAllowedOrigin(settings, origin, c.req.url) ? origin : null,
      allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
      // The app knows users by their cookies.
      credentials: connectCheck !== null,
      exposeHeaders: [
        "Retry-After",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
      ],
      maxAge: 86_400,
    };
    this.cors = cors(corsOptions);
    this.socketIoCors = cors({
      ...corsOptions,
      allowMethods: ["GET", "POST"],
      allowHeaders: ["Authorization"],
      // A page may ask for cookies to be sent; there are none.
      credentials: true,
    });
    const { EMBED_ORIGINS, AVATAR_ORIGINS } = settings;
    this.pageHeaders = pageHeaders(EMBED_ORIGINS, AVATAR_ORIGINS);
  }

  /** Clients of Socket.IO may connect. */
  get hasSocketIo(): boolean {
    // These clients name their rooms later than in a request, which the app
    // could be asked about.
    return this.settings.SOCKETIO === "on" && this.#connectCheck === null;
  }

  /** They may use HTTP instead of a WebSocket. */
  get hasSocketIoPolling(): boolean {
    return this.settings.SOCKETIO_POLLING === "on";
  }

  /** Guests may join, without a token of the app. */
  get admitsGuests(): boolean {
    return this.settings.GUESTS === "on";
  }

  /** Origins of the pictures that the page shows of users. */
  get avatarOrigins(): readonly string[] {
    return this.settings.AVATAR_ORIGINS;
  }

  /** There is a secret, and so the admin routes answer. */
  get hasAdmin(): boolean {
    return this.#adminSecrets.length > 0;
  }

  /** There is a secret, and so the metrics answer. */
  get hasMetrics(): boolean {
    return this.#metricsSecret !== null || this.hasAdmin;
  }

  /** Refuses a request without the admin secret; null: allowed. */
  async checkAdmin(
    request: Request,
    { address }: RequestSource,
  ): Promise<Response | null> {
    const isRight = await this.#isAdmin(request);
    return this.#adminAttempts.check(request, address, isRight, Date.now());
  }

  /** Refuses a request with neither the metrics' secret nor the admin's. */
  async checkMetrics(
    request: Request,
    { address }: RequestSource,
  ): Promise<Response | null> {
    const secret = this.#metricsSecret;
    const isRight =
      (secret !== null && (await isAdmin(request, secret))) ||
      (await this.#isAdmin(request));
    return this.#adminAttempts.check(request, address, isRight, Date.now());
  }

  async #isAdmin(request: Request): Promise<boolean> {
    for (const secret of this.#adminSecrets)
      if (await isAdmin(request, secret)) return true;
    return this.#isAdminKey(request);
  }

  /** A server key for all rooms may have the scope admin. */
  async #isAdminKey(request: Request): Promise<boolean> {
    const token = bearerToken(request);
    if (token === null || !isServerKey(token)) return false;
    const key = await this.keys.find(token);
    return key !== null && key.rooms === null && key.scopes.has("admin");
  }

  /** Refuses a request for the host name of another server; null: allowed. */
  checkHost(request: Request, { isDirect }: RequestSource): Response | null {
    const refusal = hostRefusal(this.settings, request.url, isDirect);
    return refusal === null ? null : codedProblem("forbidden", refusal);
  }

  /** Refuses a page of another origin; null: allowed. */
  checkOrigin(request: Request): Response | null {
    const refusal = originRefusal(this.settings, request);
    return refusal === null ? null : codedProblem("forbidden", refusal);
  }

  /** Refuses a connection above the rate; null: allowed. */
  async checkConnect(
    request: Request,
    source: RequestSource,
  ): Promise<Response | null> {
    if (this.#limiter.isOff || source.address === null) return null;
    const token = bearerToken(request);
    if (token !== null && (await this.#isValidAppToken(token))) return null;
    const network = networkOf(source.address);
    const wait = this.#limiter.take(source.address, Date.now());
    if (wait === 0 && (await source.mayConnect(network))) return null;
    const seconds = Math.ceil((wait || MINUTE_MS) / 1000);
    return problem(429, "Too many connections from your address.", {
      code: "rate_limited",
      headers: { "Retry-After": String(seconds) },
    });
  }

  /** The app wants to be asked about connections. */
  get asksApp(): boolean {
    return this.#connectCheck !== null;
  }

  /** Asks the app about a connection; null: it says nothing. */
  async askApp(
    request: Request,
    room: string,
  ): Promise<Verified | Refused | null> {
    return this.#connectCheck?.(request, room) ?? null;
  }

  /** Refuses a request that the app denies; null: allowed. */
  async checkDenial(request: Request, room: string): Promise<Response | null> {
    const verdict = await this.askApp(request, room);
    return verdict?.type === "refused" ? refusalResponse(verdict) : null;
  }

  /** Reading over HTTP needs the rights of a join. */
  async authorizeRead(
    request: Request,
    room: string,
    source: RequestSource,
  ): Promise<ReadAccess> {
    if (hasTokenInUrl(request))
      return denied({ code: "bad_request", message: TOKEN_IN_URL });
    const settings = this.settings;
    const known = this.asksApp ? await this.askApp(request, room) : null;
    if (known !== null) return this.#verifiedAccess(known, room);
    const token = bearerToken(request);
    // A guest's secret may have the form of a key.
    if (token !== null && isServerKey(token)) {
      const found = await this.publish.keys.find(token, "read", room);
      if (found.ok)
        return { ok: true, accountKind: "app", reader: { kind: "server" } };
      if (found.refusal.code !== "unauthorized") return denied(found.refusal);
    }
    return token === null || !isAppToken(settings, token)
      ? this.#guestAccess(request, room, token, source)
      : this.#verifiedAccess(await this.#appTokens.verify(token), room);
  }

  /** A person with a secret and a name may be a member, as the room knows. */
  async #guestAccess(
    request: Request,
    room: string,
    secret: string | null,
    source: RequestSource,
  ): Promise<ReadAccess> {
    const { settings } = this;
    const username = new URL(request.url).searchParams.get("member");
    const isKnown = secret !== null && isSecret(secret);
    const isPerson = isKnown && username !== null && settings.GUESTS === "on";
    if (isPrivateRoom(settings, room) && !isPerson) return denied(NOT_NAMED);
    if (secret !== null && !isKnown) return denied({ code: "unauthorized" });
    if (settings.GUESTS === "off") return denied(NO_GUESTS);
    if (!isPerson)
      return { ok: true, accountKind: "guest", reader: { kind: "anybody" } };
    // A person who is not in the room comes in for a moment.
    const response = await this.checkConnect(request, source);
    if (response !== null) return { ok: false, response };
    const network = source.network?.() ?? null;
    const reader = { kind: "guest", secret, username, network } as const;
    return { ok: true, accountKind: "guest", reader };
  }

  #verifiedAccess(verified: Verified | Refused, room: string): ReadAccess {
    if (verified.type === "refused") return denied(verified);
    const refusal = roomRefusal(this.settings, room, verified, Date.now());
    if (refusal !== null) return denied(refusal);
    const isUnnamed = isUnnamedAt(this.settings, room, verified);
    const reader = { kind: "app", verified, isUnnamed } as const;
    return { ok: true, accountKind: "app", reader };
  }

  /**
   * Refuses to show a room that does not exist, unless the reader may create
   * it; null: allowed.
   */
  checkRoomExists(room: string, accountKind: AccountKind): Response | null {
    return isCreationAllowed(this.settings, room, accountKind)
      ? null
      : refusalResponse(NO_ROOM);
  }

  async #isValidAppToken(token: string): Promise<boolean> {
    if (!isAppToken(this.settings, token)) return false;
    return (await this.#appTokens.verify(token)).type === "verified";
  }
}

/** The binding does not return a time to wait. */
const MINUTE_MS = 60_000;

function denied(refusal: Refusal): { ok: false; response: Response } {
  return { ok: false, response: refusalResponse(refusal) };
}
