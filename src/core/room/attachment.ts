// Attachment: a connection becomes an array of at most 2 KiB, which survives the sleep of its room.
import * as v from "valibot";
import type { Role } from "../../protocol/roles.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { Attachment } from "../shared/contract.ts";
import type { Principal } from "../shared/principal.ts";
import type { Connection } from "./connection.ts";
import { type MemberMarks, marksFromText, marksToText } from "./read-marks.ts";

const LAYOUT = 1;
/** The attachment of a connection that the room has closed. */
export const CLOSED_ATTACHMENT: Attachment = [0];
const flags = {
  text: 1,
  batch: 2,
  bearer: 4,
  joining: 8,
  confirms: 16,
  // Older versions neither write nor read these.
  namesRoom: 32,
  bearerNamesRoom: 64,
  // Older versions write these only where the app has hooks.
  registered: 128,
  app: 256,
  /** Frames wait for the app. An older version takes it for a join: see below. */
  waiting: 512,
  // Roles that a token gives, or the app.
  moderator: 1024,
  owner: 2048,
  bearerModerator: 4096,
  bearerOwner: 8192,
  hasOldSecret: 16_384,
} as const;

/** Length of a SHA-256 hash in base64url, in characters. */
const HASH_LENGTH = 43;

const count = v.number();
const attachmentSchema = v.tuple([
  v.literal(LAYOUT),
  v.string(), // id
  count, // flags
  v.nullable(v.string()), // bearer's identity; null also if flagged to be the member's
  count, // refused joins
  v.nullable(v.string()), // identity; null unless joined
  v.nullable(v.string()), // username
  v.nullable(v.string()), // device
  count, // mail
  // Older versions do not write the fields from here on.
  v.optional(v.nullable(v.string()), null), // secret
  v.optional(v.nullable(count), null), // when the connection must end
  v.optional(v.nullable(v.string()), null), // the app's name for the bearer
  v.optional(v.nullable(count), null), // when the bearer's token ends
  v.optional(count, 0), // version of the member's newest enter
  v.optional(count, 0), // epoch of the claim
  v.optional(v.nullable(v.string()), null), // JSON of the user's data
  v.optional(v.nullable(v.string()), null), // JSON of the data of the bearer
  v.optional(v.nullable(v.string()), null), // the room's event cursors
  v.optional(v.nullable(v.string()), null), // how far the member has read
]);

/** A connection as its attachment describes it, after a sleep of the room. */
export interface RestoredConnection {
  readonly id: string;
  readonly text: boolean;
  readonly batch: boolean;
  readonly bearer: Principal | null;
  readonly refusedJoins: number;
  /** Frames waited for the app's verdicts, and are lost. */
  readonly hasLostFrames: boolean;
  /** The event cursors of the room: see event-cursor-format.ts. */
  readonly eventCursors: string | null;
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
    readonly data: string | null;
    readonly accountKind: AccountKind;
    readonly role: Role | null;
    readonly hasOldSecret: boolean;
    readonly marks: MemberMarks | null;
  } | null;
}

/** @returns an array of at most 2 KiB, serialised */
export function toAttachment(connection: Connection): Attachment {
  const { state } = connection;
  const joined = state.kind === "joined" ? state : null;
  const member = joined?.member;
  const { bearer, eventCursors } = connection;
  const [data, bearerData] = [member?.data ?? null, bearer?.data ?? null];
  const marks = member?.marks ? marksToText(member.marks) : null;
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
      // Versions before `waiting` close such a connection too.
      (connection.waiting !== null ? flags.waiting | flags.joining : 0) |
      (member?.accountKind === "registered" ? flags.registered : 0) |
      (member?.accountKind === "app" ? flags.app : 0) |
      (joined?.confirms ? flags.confirms : 0) |
      (joined?.namesRoom ? flags.namesRoom : 0) |
      (joined?.role == null ? 0 : flags[joined.role]) |
      (joined?.hasOldSecret ? flags.hasOldSecret : 0) |
      (bearer?.role === "moderator" ? flags.bearerModerator : 0) |
      (bearer?.role === "owner" ? flags.bearerOwner : 0) |
      (bearer?.namesRoom ? flags.bearerNamesRoom : 0),
    sameBearer ? null : packHash(bearer?.identity),
    connection.refusedJoins,
    packHash(member?.identity),
    member?.username ?? null,
    joined?.device ?? null,
    joined?.mail ?? 0,
    packHash(joined?.secret),
    joined?.expires ?? null,
    bearer?.username ?? null,
    bearer?.expires ?? null,
    member?.version ?? 0,
    joined?.epoch ?? 0,
    // Most users have none, and most rooms.
    ...withoutTrailingNulls([data, bearerData, eventCursors, marks]),
  ];
}

function withoutTrailingNulls(
  values: readonly (string | null)[],
): readonly (string | null)[] {
  return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
}

/** Packs a hash as one character a byte: three hashes in base64url are too long. */
function packHash(hash: string | null | undefined): string | null {
  if (hash === null || hash === undefined) return null;
  return atob(hash.replaceAll("-", "+").replaceAll("_", "/"));
}

function unpackHash(stored: string | null): string | null {
  // The first release stored the base64url itself.
  if (stored === null || stored.length === HASH_LENGTH) return stored;
  const hash = btoa(stored).replaceAll("+", "-").replaceAll("/", "_");
  return hash.replaceAll("=", "");
}

/**
 * Is it the attachment of a connection that the room has closed? The platform
 * lists such a connection until its client answers the close, which may never
 * happen.
 */
export function isClosedAttachment(attachment: unknown): boolean {
  return Array.isArray(attachment) && attachment[0] === CLOSED_ATTACHMENT[0];
}

/** @returns null if the layout is unknown, or the connection was about to join */
export function parseAttachment(
  attachment: unknown,
): RestoredConnection | null {
  const result = v.safeParse(attachmentSchema, attachment);
  if (!result.success) return null;
  const [, id, bits, ownBearer, refusedJoins, ...rest] = result.output;
  const isJoining = (bits & flags.joining) !== 0;
  const hasLostFrames = (bits & flags.waiting) !== 0;
  if (isJoining && !hasLostFrames) return null;
  const [identity, secret] = [unpackHash(rest[0]), unpackHash(rest[4])];
  const [, username, device, mail] = rest;
  const [, , , , , expires, appName, bearerExpires, version, ...newer] = rest;
  const [epoch, data, bearerData, eventCursors, marks] = newer;
  const confirms = (bits & flags.confirms) !== 0;
  const namesRoom = (bits & flags.namesRoom) !== 0;
  const joined =
    identity !== null && username !== null
      ? {
          ...{ identity, username, device, expires },
          ...{ mail, confirms, secret, version, epoch, namesRoom, data },
          accountKind: kindOf(bits),
          role: roleIn(bits, flags.moderator, flags.owner),
          hasOldSecret: (bits & flags.hasOldSecret) !== 0,
          marks: marks === null ? null : marksFromText(marks),
        }
      : null;
  const bearer = (bits & flags.bearer) !== 0 ? identity : unpackHash(ownBearer);
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
            data: bearerData,
            role: roleIn(bits, flags.bearerModerator, flags.bearerOwner),
          },
    refusedJoins,
    hasLostFrames,
    eventCursors,
    joined,
  };
}

function kindOf(bits: number): AccountKind {
  if ((bits & flags.app) !== 0) return "app";
  return (bits & flags.registered) !== 0 ? "registered" : "guest";
}

function roleIn(bits: number, moderator: number, owner: number): Role | null {
  if ((bits & owner) !== 0) return "owner";
  return (bits & moderator) !== 0 ? "moderator" : null;
}
