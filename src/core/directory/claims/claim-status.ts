// Claim status: a claim is a guest's, registered, an app user's, or released, and has secrets that open it.
import * as v from "valibot";
import type { Rank } from "../../shared/directory-requests.ts";
import type { Secret } from "./secrets.ts";

const EvictionSchema = v.object({
  room: v.string(),
  identity: v.string(),
  also: v.optional(v.array(v.string())),
  /** The version of the enter that the eviction ends. */
  version: v.number(),
  /** The holder is erased; absent: another user has the name. */
  as: v.optional(v.literal("erased")),
});
/** A room that must still be told that the old holder lost the name. */
export type Eviction = Readonly<v.InferOutput<typeof EvictionSchema>>;

/** A room, and when the pass for it ends, ms since 1970. */
export type Pass = readonly [room: string, until: number];
/** A claim has at most so many passes, the newest. */
const PASSES_MAX = 32;

const SecretSchema = v.object({
  hash: v.string(),
  until: v.nullable(v.number()),
});

/** As stored: only fields that differ from a guest's. */
const ClaimStatusSchema = v.object({
  rank: v.optional(v.picklist(["guest", "app"]), "guest"),
  isRegistered: v.optional(v.boolean(), false),
  restsUntil: v.optional(v.nullable(v.number()), null),
  isResting: v.optional(v.boolean(), false),
  secrets: v.optional(v.array(SecretSchema), []),
  evicting: v.optional(v.array(EvictionSchema), []),
  deedAt: v.optional(v.number(), 0),
  passes: v.optional(v.array(v.tuple([v.string(), v.number()])), []),
  mailRead: v.optional(v.number(), 0),
  isListed: v.optional(v.boolean(), false),
  movedBy: v.optional(v.number(), 0),
});

export interface ClaimStatus {
  readonly rank: Rank;
  readonly isRegistered: boolean;
  /** The name was released, and rests until this time, ms since 1970. */
  readonly restsUntil: number | null;
  /** The name was released, and the claim has ended. */
  readonly isResting: boolean;
  /** Empty: the only secret is the one whose hash is the identity. */
  readonly secrets: readonly Secret[];
  readonly evicting: readonly Eviction[];
  /**
   * When the holder sent the newest account command, ms since 1970; 0: never.
   */
  readonly deedAt: number;
  /** Private rooms, and when the token ends by which the holder came in. */
  readonly passes: readonly Pass[];
  /** The holder has read the mail up to this number. */
  readonly mailRead: number;
  /** The registry of names has the name. */
  readonly isListed: boolean;
  /** By how much restores have moved the epoch of the claim, in ms. */
  readonly movedBy: number;
}

export const GUEST_STATUS: ClaimStatus = {
  rank: "guest",
  isRegistered: false,
  restsUntil: null,
  isResting: false,
  secrets: [],
  evicting: [],
  deedAt: 0,
  passes: [],
  mailRead: 0,
  isListed: false,
  movedBy: 0,
};

export function parseClaimStatus(json: string): ClaimStatus {
  return v.parse(ClaimStatusSchema, JSON.parse(json));
}

/** @param visits the JSON text of the visits; null: there are none */
export function serializeClaimStatus(
  status: ClaimStatus,
  visits: string | null,
): string {
  const { rank, isRegistered, restsUntil, isResting } = status;
  const { secrets, evicting, deedAt, passes, mailRead, isListed, movedBy } =
    status;
  const fields = JSON.stringify({
    ...(rank !== "guest" && { rank }),
    ...(isRegistered && { isRegistered }),
    ...(restsUntil !== null && { restsUntil }),
    ...(isResting && { isResting }),
    ...(secrets.length > 0 && { secrets }),
    ...(evicting.length > 0 && { evicting }),
    ...(deedAt > 0 && { deedAt }),
    ...(passes.length > 0 && { passes }),
    ...(mailRead > 0 && { mailRead }),
    ...(isListed && { isListed }),
    ...(movedBy > 0 && { movedBy }),
  });
  if (visits === null) return fields;
  // The list may be long, and most claims are written without a change of it.
  const comma = fields === "{}" ? "" : ",";
  return `${fields.slice(0, -1)}${comma}"visits":${visits}}`;
}

/** Adds the pass of an enter, if there is one. */
export function withPass(
  status: ClaimStatus,
  room: string,
  until: number | undefined,
): ClaimStatus {
  if (until === undefined) return status;
  const others = status.passes.filter(([other]) => other !== room);
  const passes = [...others, [room, until] as const].slice(-PASSES_MAX);
  return { ...status, passes };
}

/** May a user of this rank take the name from its holder? */
export function outranks(rank: Rank, { rank: other }: ClaimStatus): boolean {
  return rank === "app" && other !== "app";
}
