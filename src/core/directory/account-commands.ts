// Account commands: the holder of a name registers or releases it, changes its secret, and blocks users.
import { encodeJson } from "../../protocol/codec.ts";
import type { ErrorReason } from "../../protocol/errors.ts";
import type { ServerFrame } from "../../protocol/server-frames.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Calls } from "../shared/calls.ts";
import { DAY_MS } from "../shared/deadline.ts";
import type {
  AccountOp,
  Block,
  Hold,
  Rotate,
} from "../shared/directory-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { Notice } from "../shared/room-requests.ts";
import type { Done, Refused } from "../shared/rpc.ts";
import type { Schedule } from "../shared/schedule.ts";
import type { BlockList } from "./block-list.ts";
import { type Claim, otherHashes, secretsOf } from "./claims/claim.ts";
import type { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import { changeSecret, findSecret } from "./claims/secrets.ts";
import { RoomNotifier } from "./room-notifier.ts";

/**
 * A connection that misses a notice gets the same facts in its next welcome.
 */
const NOTICE_POLICY = {
  attemptsMax: 5,
  retryDelayMs: 1000,
  retryDelayMaxMs: 60_000,
  safetyMs: null,
};

export interface AccountCommandsOptions {
  readonly settings: Settings;
  /** The key of the name. */
  readonly key: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly claims: ClaimLifecycle;
  readonly blocks: BlockList;
}

export class AccountCommands {
  readonly #options: AccountCommandsOptions;
  readonly #notices: RoomNotifier;

  constructor(options: AccountCommandsOptions) {
    this.#options = options;
    const { calls, schedule } = options;
    this.#notices = new RoomNotifier({
      ...{ calls, schedule, name: "notices", policy: NOTICE_POLICY },
    });
  }

  /** The claim has ended: notices to its holder are not repeated. */
  clear(): void {
    this.#notices.clear();
  }

  run(op: AccountOp, now: number): Done | Refused {
    const { claim } = this.#options.claims;
    // The claim has ended, or another user has the name; the room does not know
    // it yet.
    if (claim?.identity !== op.identity)
      return refuse("The name is not yours.");
    const { deedAt } = claim.status;
    // The call is older than the newest command. After a clock was set back
    // that
    // cannot be known, and the call is accepted.
    if (op.at !== undefined && op.at < deedAt && deedAt <= now)
      return { type: "refused", code: "unavailable", retryAfter: 1000 };
    // The claim is not written for this alone: each block would cost a row.
    const latest = Math.max(deedAt, op.at ?? 0);
    claim.status = { ...claim.status, deedAt: latest };
    return this.#apply(claim, op, now);
  }

  /** Tells the holder's other rooms how far the mail has been read. */
  mailRead(from: string, now: number): void {
    const { claim } = this.#options.claims;
    if (claim === null) return;
    const { mailRead: mail } = claim.status;
    this.#notify(claim, { type: "read", mail }, now, undefined, from);
  }

  #apply(claim: Claim, op: AccountOp, now: number): Done | Refused {
    switch (op.type) {
      case "register":
        return this.#register(claim, op, now);
      case "release":
        return this.#release(claim, op, now);
      case "rotate":
        return this.#rotate(claim, op, now);
      case "block":
        return this.#block(claim, op, now);
      case "unblock":
        if (!this.#options.blocks.remove(op.who))
          return { type: "refused", code: "no_such_user" };
        return this.#notifyBlocked(claim, now);
      default:
        return op satisfies never;
    }
  }

  #register(claim: Claim, { secret }: Hold, now: number): Done | Refused {
    const { settings, claims } = this.#options;
    const { status, username, rooms } = claim;
    if (status.rank === "app") return NAME_FROM_APP;
    if (settings.REGISTRATION === "off" && !status.isRegistered)
      return NO_REGISTRATION;
    if (!isCurrent(claim, secret, now)) return SECRET_REPLACED;
    if (!status.isRegistered) {
      claim.status = { ...status, isRegistered: true, restsUntil: null };
      claims.changed();
    }
    if (rooms.size === 0) claims.startExpiry(claim, now);
    const until = now + settings.NAME_DAYS * DAY_MS;
    this.#notify(claim, { type: "registered", username, until }, now);
    return { type: "done" };
  }

  /**
   * The holder is a guest from now on, and the name rests after the claim ends.
   */
  #release(claim: Claim, { secret }: Hold, now: number): Done | Refused {
    const { settings, claims } = this.#options;
    const { status, username, rooms } = claim;
    if (!isCurrent(claim, secret, now)) return SECRET_REPLACED;
    if (!status.isRegistered) return refuse("The name is not registered.");
    const restsUntil = now + settings.NAME_REST_DAYS * DAY_MS;
    claim.status = { ...status, isRegistered: false, restsUntil };
    claims.changed();
    if (rooms.size === 0) claims.startExpiry(claim, now);
    this.#notify(claim, { type: "released", username, restsUntil }, now);
    return { type: "done" };
  }

  #rotate(claim: Claim, { secret, next }: Rotate, now: number): Done | Refused {
    const { claims } = this.#options;
    const { status, username } = claim;
    if (status.rank === "app") return NAME_FROM_APP;
    if (!status.isRegistered) return refuse("Register the name first.");
    const secrets = secretsOf(claim);
    // The call is repeated since its reply was lost: the secret is current
    // already.
    const isDone = findSecret(secrets, next, now)?.until === null;
    if (!isDone && !isCurrent(claim, secret, now)) return SECRET_REPLACED;
    const changed = isDone ? secrets : changeSecret(secrets, next, now);
    if (!isDone) {
      claim.status = { ...status, secrets: changed };
      claims.changed();
    }
    const ends = changed.map(({ until }) => until ?? now);
    this.#notify(
      claim,
      { type: "rotated", username, until: Math.max(...ends) },
      now,
      next,
    );
    return { type: "done" };
  }

  #block(claim: Claim, { user, username }: Block, now: number): Done | Refused {
    if (user === publicId(claim.identity)) return refuse("That is you.");
    const blocked = username === null ? { user } : { user, username };
    if (!this.#options.blocks.add(blocked)) return TOO_MANY_BLOCKED;
    return this.#notifyBlocked(claim, now);
  }

  #notifyBlocked(claim: Claim, now: number): Done {
    const { blocks } = this.#options;
    this.#notify(claim, { type: "blocked", blocked: blocks.list }, now);
    return { type: "done" };
  }

  /**
   * Sends a frame to each connection of the holder.
   *
   * @param secret the hash of the current secret, if that has changed
   * @param except a room that knows it
   */
  #notify(
    claim: Claim,
    frame: ServerFrame,
    now: number,
    secret?: string,
    except?: string,
  ): void {
    const { identity, rooms } = claim;
    const whom = { key: this.#options.key, identity, ...otherHashes(claim) };
    const op: Notice = {
      ...whom,
      type: "notice",
      line: encodeJson(frame),
      ...(secret !== undefined && { secret }),
    };
    for (const room of rooms.keys())
      if (room !== except) this.#notices.send(frame.type, room, op, now);
  }
}

const NAME_FROM_APP = refuse(
  "The name comes with your account.",
  "name_from_app",
);
const SECRET_REPLACED = refuse(
  "The secret you came in by has been changed; use the new one.",
  "secret_replaced",
);
const NO_REGISTRATION = refuse(
  "This server registers no names.",
  "registration_off",
);
const TOO_MANY_BLOCKED = refuse(
  "You have blocked too many; unblock some.",
  "too_many_blocked",
);

function refuse(message: string, reason?: ErrorReason): Refused {
  return {
    ...{ type: "refused", code: "forbidden", message },
    ...(reason !== undefined && { reason }),
  };
}

/**
 * Is it the current secret? With an older one the user may join, but not change
 * the name.
 */
function isCurrent(claim: Claim, secret: string, now: number): boolean {
  return findSecret(secretsOf(claim), secret, now)?.until === null;
}
