// What a name is to whoever has it: lent to a guest, registered, vouched for by the host's app, or given up.
import * as v from "valibot";
import type { Rank } from "../../shared/rpc.ts";
import type { Secret } from "./secrets.ts";

const EvictionSchema = v.object({
  room: v.string(),
  identity: v.string(),
  also: v.optional(v.array(v.string())),
  /** Of the enter that it ends. */
  version: v.number(),
});
/** A room that has yet to hear that somebody lost the name. */
export type Eviction = Readonly<v.InferOutput<typeof EvictionSchema>>;

const SecretSchema = v.object({
  hash: v.string(),
  until: v.nullable(v.number()),
});

/** As stored: of a guest nothing, of others what differs. */
const ClaimStatusSchema = v.object({
  rank: v.optional(v.picklist(["guest", "app"]), "guest"),
  isRegistered: v.optional(v.boolean(), false),
  restsUntil: v.optional(v.nullable(v.number()), null),
  isResting: v.optional(v.boolean(), false),
  secrets: v.optional(v.array(SecretSchema), []),
  evicting: v.optional(v.array(EvictionSchema), []),
  deedAt: v.optional(v.number(), 0),
});

export interface ClaimStatus {
  readonly rank: Rank;
  readonly isRegistered: boolean;
  /** It was given up: until then, ms since 1970, nobody else may have it. */
  readonly restsUntil: number | null;
  /** It was given up, and the claim has ended. */
  readonly isResting: boolean;
  /** None: the identity is the hash of the only one. */
  readonly secrets: readonly Secret[];
  readonly evicting: readonly Eviction[];
  /** When the holder last did something with the name: see `Deed`; 0: never. */
  readonly deedAt: number;
}

export const GUEST_STATUS: ClaimStatus = {
  rank: "guest",
  isRegistered: false,
  restsUntil: null,
  isResting: false,
  secrets: [],
  evicting: [],
  deedAt: 0,
};

export function parseClaimStatus(json: string): ClaimStatus {
  return v.parse(ClaimStatusSchema, JSON.parse(json));
}

export function serializeClaimStatus(status: ClaimStatus): string {
  const { rank, isRegistered, restsUntil, isResting } = status;
  const { secrets, evicting, deedAt } = status;
  return JSON.stringify({
    ...(rank !== "guest" && { rank }),
    ...(isRegistered && { isRegistered }),
    ...(restsUntil !== null && { restsUntil }),
    ...(isResting && { isResting }),
    ...(secrets.length > 0 && { secrets }),
    ...(evicting.length > 0 && { evicting }),
    ...(deedAt > 0 && { deedAt }),
  });
}

/** May somebody of this rank take the name from whoever has it? */
export function outranks(rank: Rank, { rank: other }: ClaimStatus): boolean {
  return rank === "app" && other !== "app";
}
