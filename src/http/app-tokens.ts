// App tokens: verifies the JWTs of the operator's app with its secret or with the keys that it publishes.
import {
  type CryptoKey,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import * as v from "valibot";
import type { Op, Refused, Reply, Verified } from "../core/shared/rpc.ts";
import { ROLES, type Role } from "../protocol/roles.ts";
import { type Settings, SettingsError } from "../protocol/settings.ts";
import { createJwks, JwksUnavailable } from "./jwks.ts";

/** How much the clocks of the app and the server may differ. */
const CLOCK_SKEW_SECONDS = 5;
/** The limit for secrets too. */
const TOKEN_LENGTH_MAX = 4096;
/**
 * The end of the year 9999. A later `exp` is not in seconds, the unit of RFC
 * 7519, section 4.1.4, and its token would never end.
 */
const EXPIRY_MAX_SECONDS = 253_402_300_799;

export interface AppTokens {
  /**
   * Returns the user of the token, or the reason why it is refused. Never
   * rejects.
   */
  verify(token: string): Promise<Verified | Refused>;
  /** The same, for the calls of a core. */
  ask(ops: readonly Op[]): Promise<readonly Reply[]>;
}

/**
 * Creates the verifier that the settings describe. Without an issuer it accepts
 * no token.
 *
 * @param knowsUsers the app knows users without tokens too
 * @throws SettingsError if the settings contradict each other
 */
export function createAppTokens(
  settings: Settings,
  knowsUsers = false,
): AppTokens {
  const wrong = findConflict(settings, knowsUsers);
  if (wrong !== null) throw new SettingsError(`Wrong settings. ${wrong}`);
  const check = createVerifier(settings);
  const verify = async (token: string) => {
    try {
      if (token.length > TOKEN_LENGTH_MAX) throw new errors.JWTInvalid();
      return toVerified(await check(token));
    } catch (error) {
      return toRefusal(error);
    }
  };
  return {
    verify,
    ask: (ops) =>
      Promise.all(
        ops.map((op): Reply | Promise<Reply> =>
          op.type === "verify"
            ? verify(op.token)
            : { type: "refused", code: "unsupported" },
        ),
      ),
  };
}

function findConflict(settings: Settings, knowsUsers: boolean): string | null {
  const { JWT_ISSUER, JWT_SECRET, JWKS_URL, JWT_AUDIENCE } = settings;
  const { GUESTS, ROOM_CREATION } = settings;
  const hasKey = JWT_SECRET !== "" || JWKS_URL !== "";
  if (JWT_ISSUER !== "")
    return hasKey ? null : "JWT_ISSUER: needs JWT_SECRET or JWKS_URL too.";
  if (hasKey || JWT_AUDIENCE !== "")
    return "JWT_ISSUER: needed with JWT_SECRET, JWKS_URL or JWT_AUDIENCE. It is the iss of the app's tokens.";
  if (knowsUsers) return null;
  if (GUESTS === "off")
    return "GUESTS=off: nobody could join without JWT_ISSUER.";
  if (ROOM_CREATION === "jwt")
    return "ROOM_CREATION=jwt: nobody could create a room without JWT_ISSUER.";
  return null;
}

type VerifyToken = (token: string) => Promise<unknown>;

/**
 * @returns a function that resolves with the payload or rejects with the reason
 */
function createVerifier(settings: Settings): VerifyToken {
  const { JWT_ISSUER, JWT_AUDIENCE, JWT_SECRET, JWKS_URL } = settings;
  const secret =
    JWT_SECRET === "" ? null : new TextEncoder().encode(JWT_SECRET);
  const keys = JWKS_URL === "" ? null : createJwks(new URL(JWKS_URL));
  const options: JWTVerifyOptions = {
    issuer: JWT_ISSUER,
    ...(JWT_AUDIENCE !== "" && { audience: JWT_AUDIENCE }),
    clockTolerance: CLOCK_SKEW_SECONDS,
    // Each key has its own algorithms, so that a public key is never used as
    // the secret.
    algorithms: [
      ...(secret === null ? [] : ["HS256"]),
      ...(keys === null ? [] : ["RS256", "ES256", "EdDSA", "Ed25519"]),
    ],
  };
  const keyFor: JWTVerifyGetKey = (header) => {
    const key = header.alg === "HS256" ? secret : keys;
    if (key === null) throw new errors.JOSEAlgNotAllowed();
    return typeof key === "function" ? key(header) : key;
  };
  return async (token) => {
    try {
      return (await jwtVerify(token, keyFor, options)).payload;
    } catch (error) {
      // The keys have no kid: any of them may be the one.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        const payload = await verifiedOrNull(token, key, options);
        if (payload !== null) return payload;
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  };
}

async function verifiedOrNull(
  token: string,
  key: CryptoKey,
  options: JWTVerifyOptions,
): Promise<unknown> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return null;
    throw error;
  }
}

const nonEmptyText = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check((text) => text.isWellFormed()),
);
const ClaimsSchema = v.object({
  iss: nonEmptyText,
  sub: nonEmptyText,
  username: v.optional(v.string()),
  rooms: v.optional(v.union([v.array(v.string()), v.string()])),
  // Tokens of many apps have a claim `roles` that is not for rooms.
  roles: v.optional(v.unknown()),
  data: v.optional(v.unknown()),
  // Other issuers have other ideas of it.
  scope: v.optional(v.unknown()),
  exp: v.optional(v.pipe(v.number(), v.maxValue(EXPIRY_MAX_SECONDS))),
});

function toVerified(payload: unknown): Verified | Refused {
  const read = v.safeParse(ClaimsSchema, payload);
  if (!read.success) {
    const claim = v.getDotPath(read.issues[0]) ?? "payload";
    if (claim === "exp")
      return refused("The token's exp must be a number of seconds since 1970.");
    return refused(`The token's ${claim} is missing or not valid.`);
  }
  const { iss, sub, username = sub, rooms, exp, data, scope } = read.output;
  const roles = readRoles(read.output.roles);
  const scopes = readScopes(scope);
  return {
    type: "verified",
    issuer: iss,
    subject: sub,
    username,
    rooms: typeof rooms === "string" ? [rooms] : (rooms ?? null),
    expires: exp === undefined ? null : Math.floor(exp * 1000),
    ...(roles.length > 0 && { roles }),
    ...(data !== undefined && { data }),
    ...(scopes.length > 0 && { scopes }),
  };
}

/** Roles that this release does not know give nothing. */
function readRoles(claim: unknown): { rooms: string; role: Role }[] {
  if (typeof claim !== "object" || claim === null) return [];
  return Object.entries(claim).flatMap(([rooms, given]) => {
    const role = ROLES.find((one) => one === given);
    return role === undefined ? [] : { rooms, role };
  });
}

/** Reads a claim as in RFC 8693, section 4.2: words with a blank between. */
function readScopes(scope: unknown): string[] {
  if (typeof scope !== "string") return [];
  return scope.split(" ").filter((word) => word !== "");
}

function toRefusal(error: unknown): Refused {
  if (error instanceof JwksUnavailable)
    return {
      type: "refused",
      code: "unavailable",
      message: "The keys of the app are not available at present.",
      retryAfter: 1000,
    };
  if (error instanceof errors.JWTExpired)
    return refused("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`The token's ${error.claim} is not valid.`);
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refused("The token's signature is wrong.");
  if (error instanceof errors.JWKSNoMatchingKey)
    return refused("The token's key is not one of the app's keys.");
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused("The server does not accept the token's alg.");
  return refused("The token is not a valid JWT.");
}

function refused(message: string): Refused {
  return { type: "refused", code: "unauthorized", message };
}
