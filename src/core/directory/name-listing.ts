// Name listing: a name that lasts enters itself in the registry of names, so that the operator can list and back up them all.
import type { Calls } from "../shared/calls.ts";
import type { Platform, Sql } from "../shared/contract.ts";
import { REGISTRY_POLICY, RegistryCall } from "../shared/registry-call.ts";
import {
  nameRegistryName,
  registryShardOf,
} from "../shared/registry-requests.ts";
import { ReliableCalls } from "../shared/reliable-calls.ts";
import type { Schedule } from "../shared/schedule.ts";
import { hasColumn } from "../shared/schema.ts";
import type { Claim } from "./claims/claim.ts";
import type { ClaimLifecycle } from "./claims/claim-lifecycle.ts";

/** The name of the retries in the schedule. */
export const LISTING_SCHEDULE = "listing";

export interface NameListingOptions {
  readonly platform: Pick<Platform, "hash">;
  /** The key of the name. */
  readonly key: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly claims: Pick<ClaimLifecycle, "held">;
}

export class NameListing {
  readonly #options: NameListingOptions;
  readonly #calls: ReliableCalls<RegistryCall>;
  #call: RegistryCall | null = null;
  /** The spelling that the registry has; null: it has none. */
  #listed: string | null;

  constructor(options: NameListingOptions) {
    this.#options = options;
    const { calls, schedule, claims } = options;
    const { held } = claims;
    this.#listed = held?.status.isListed ? held.username : null;
    this.#calls = new ReliableCalls({
      ...{ calls, schedule, name: LISTING_SCHEDULE, clock: "alarm" },
      policy: REGISTRY_POLICY,
      handler: {
        op: (call) => call.op,
        isSuccess: (reply) => reply.type === "done",
        done: (call) => this.#done(call.op),
      },
    });
  }

  /** The end of each event. */
  settle(now: number): void {
    if (this.#call !== null) return;
    const { held } = this.#options.claims;
    const lasting = held !== null && isLasting(held) ? held : null;
    if (lasting !== null) this.enter(lasting, now);
    // A crash leaves the entry there. A visit of the name finds nobody.
    else if (this.#listed !== null)
      this.#send({ type: "forget-room", room: this.#listed }, now);
  }

  /** A backup finds a name that lasts from now on. */
  enter(claim: Claim, now: number): void {
    if (isLasting(claim) && !claim.status.isListed)
      this.#send({ type: "enter-room", room: claim.username }, now);
  }

  #send(op: RegistryCall["op"], now: number): void {
    const { platform, key } = this.#options;
    this.#call = new RegistryCall(
      nameRegistryName(registryShardOf(platform.hash(key))),
      op,
    );
    this.#calls.send(this.#call, now);
  }

  #done({ type, room }: RegistryCall["op"]): void {
    const { claims } = this.#options;
    const { held } = claims;
    this.#call = null;
    this.#listed = type === "enter-room" ? room : null;
    if (held === null || held.username !== this.#listed || !isLasting(held))
      return;
    // The next write of the claim has it: until then a repeat changes nothing.
    held.status = { ...held.status, isListed: true };
  }
}

/** Claims of guests end soon, and are in no backup by names. */
function isLasting({ status }: Claim): boolean {
  return status.isRegistered || status.isResting || status.rank === "app";
}

/**
 * Finds names that an older release has registered, in a file with many names:
 * the registry does not have them yet.
 *
 * @returns their keys
 */
export function findUnlistedNames(sql: Sql): string[] {
  // The file of the first release has no such column, and no lasting names.
  if (!hasColumn(sql, "claim", "standing")) return [];
  const rows = sql.exec(
    `SELECT key FROM claim WHERE standing <> '{}'
    AND standing ->> '$.isListed' IS NULL
    AND (standing ->> '$.isRegistered' OR standing ->> '$.isResting'
    OR standing ->> '$.rank' = 'app')`,
  );
  return rows.map(({ key }) => String(key));
}
