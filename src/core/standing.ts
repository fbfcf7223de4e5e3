// What a name is to whoever has it: lent to a guest, or vouched for by the host's app; and who lost it to them.
import * as v from "valibot";
import type { Claim } from "./claim.ts";
import type { Enter, Rank } from "./ops.ts";

const EvictionSchema = v.object({
  room: v.string(),
  identity: v.string(),
  /** Of the enter that it ends. */
  version: v.number(),
});
/** A room that has yet to hear that somebody lost the name. */
export type Eviction = v.InferOutput<typeof EvictionSchema>;

/** As stored: of a guest nothing, of others what differs. */
const StandingSchema = v.object({
  rank: v.optional(v.picklist(["guest", "app"]), "guest"),
  evicting: v.optional(v.array(EvictionSchema), []),
});

export interface Standing {
  readonly rank: Rank;
  readonly evicting: readonly Eviction[];
}

export function readStanding(json: string): Standing {
  return v.parse(StandingSchema, JSON.parse(json));
}

export function writeStanding({ rank, evicting }: Standing): string {
  return JSON.stringify({
    ...(rank !== "guest" && { rank }),
    ...(evicting.length > 0 && { evicting }),
  });
}

/** Is it theirs? A secret and an app's user are never one, nor of one rank. */
export function opens({ identity, standing }: Claim, op: Enter): boolean {
  return op.identity === identity && (op.rank ?? "guest") === standing.rank;
}

/** May somebody of this rank take the name from whoever has it? */
export function outranks(rank: Rank, { rank: other }: Standing): boolean {
  return rank === "app" && other !== "app";
}
