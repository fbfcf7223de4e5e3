// Attachment: the part of a connection that survives the sleep of its room, as an array of at most 512 bytes.
import * as v from "valibot";
import type { Attachment } from "../shared/contract.ts";
import type { Principal } from "../shared/principal.ts";
import type { Connection } from "./connection.ts";

const LAYOUT = 1;
/** What is kept of a connection that the room has closed. */
export const CLOSED_ATTACHMENT: Attachment = [0];
const flags = {
  text: 1,
  batch: 2,
  bearer: 4,
  joining: 8,
  confirms: 16,
  // What older versions neither write nor read.
  namesRoom: 32,
  bearerNamesRoom: 64,
} as const;

/** Of SHA-256 in base64url. */
const HASH_LENGTH = 43;

const count = v.number();
const attachmentSchema = v.tuple([
  v.literal(LAYOUT),
  v.string(), // id
  count, // flags
  v.nullable(v.string()), // bearer, unless flagged to be the identity
  count, // refused joins
  v.nullable(v.string()), // identity; null unless joined
  v.nullable(v.string()), // username
  v.nullable(v.string()), // device
  count, // mail
  // What older versions do not have.
  v.optional(v.nullable(v.string()), null), // secret
  v.optional(v.nullable(count), null), // when it must end
  v.optional(v.nullable(v.string()), null), // the app's name for the bearer
  v.optional(v.nullable(count), null), // when the bearer's token ends
  v.optional(count, 0), // version of the member's newest enter
  v.optional(count, 0), // epoch of the claim
]);

/** What is known of a connection after the memory is gone. */
export interface RestoredConnection {
  readonly id: string;
  readonly text: boolean;
  readonly batch: boolean;
  readonly bearer: Principal | null;
  readonly refusedJoins: number;
  readonly joined: {
    readonly identity: string;
    readonly username: string;
    readonly device: string | null;
    readonly expires: number | null;
    readonly namesRoom: boolean;
    readonly mail: number;
    readonly confirms: boolean;
    readonly secret: string | null;
    readonly version: number;
    readonly epoch: number;
  } | null;
}

/** What to keep of a connection: an array, at most 512 bytes serialised. */
export function toAttachment(connection: Connection): Attachment {
  const { state } = connection;
  const joined = state.kind === "joined" ? state : null;
  const member = joined?.member;
  const { bearer } = connection;
  const sameBearer = bearer !== null && bearer.identity === member?.identity;
  return [
    LAYOUT,
    connection.id,
    (connection.text ? flags.text : 0) |
      (connection.batch ? flags.batch : 0) |
      (sameBearer ? flags.bearer : 0) |
      (state.kind === "joining" || state.kind === "authenticating"
        ? flags.joining
        : 0) |
      (joined?.confirms ? flags.confirms : 0) |
      (joined?.namesRoom ? flags.namesRoom : 0) |
      (bearer?.namesRoom ? flags.bearerNamesRoom : 0),
    sameBearer ? null : packed(bearer?.identity),
    connection.refusedJoins,
    packed(member?.identity),
    member?.username ?? null,
    joined?.device ?? null,
    joined?.mail ?? 0,
    packed(joined?.secret),
    joined?.expires ?? null,
    bearer?.username ?? null,
    bearer?.expires ?? null,
    member?.version ?? 0,
    joined?.epoch ?? 0,
  ];
}

/** A hash as a character a byte: as base64url three would take too much. */
function packed(hash: string | null | undefined): string | null {
  if (hash === null || hash === undefined) return null;
  return atob(hash.replaceAll("-", "+").replaceAll("_", "/"));
}

function unpacked(kept: string | null): string | null {
  // The first release kept it as it is.
  if (kept === null || kept.length === HASH_LENGTH) return kept;
  const hash = btoa(kept).replaceAll("+", "-").replaceAll("/", "_");
  return hash.replaceAll("=", "");
}

/**
 * The room has closed it and forgotten it. The platform may list it until its
 * client has answered the close, which it need never do.
 */
export function isClosedAttachment(attachment: unknown): boolean {
  return Array.isArray(attachment) && attachment[0] === CLOSED_ATTACHMENT[0];
}

/** @returns null if the connection cannot go on: not ours, or in mid-join */
export function parseAttachment(
  attachment: unknown,
): RestoredConnection | null {
  const result = v.safeParse(attachmentSchema, attachment);
  if (!result.success) return null;
  const [, id, bits, ownBearer, refusedJoins, ...rest] = result.output;
  if ((bits & flags.joining) !== 0) return null;
  const [identity, secret] = [unpacked(rest[0]), unpacked(rest[4])];
  const [, username, device, mail] = rest;
  const [, , , , , expires, appName, bearerExpires, version, epoch] = rest;
  const confirms = (bits & flags.confirms) !== 0;
  const namesRoom = (bits & flags.namesRoom) !== 0;
  const joined =
    identity !== null && username !== null
      ? {
          ...{ identity, username, device, expires },
          ...{ mail, confirms, secret, version, epoch, namesRoom },
        }
      : null;
  const bearer = (bits & flags.bearer) !== 0 ? identity : unpacked(ownBearer);
  return {
    id,
    text: (bits & flags.text) !== 0,
    batch: (bits & flags.batch) !== 0,
    bearer:
      bearer === null
        ? null
        : {
            identity: bearer,
            username: appName,
            expires: bearerExpires,
            namesRoom: (bits & flags.bearerNamesRoom) !== 0,
          },
    refusedJoins,
    joined,
  };
}
