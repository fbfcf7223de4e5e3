// What holders do with their names: keep them for good, give them up, change the secret, shut somebody out.
import type { ErrorReason } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Blocks } from "./blocks.ts";
import type { Claim } from "./claim.ts";
import type { Holding } from "./holding.ts";
import { publicId } from "./identity.ts";
import { DAY_MS } from "./mailbox.ts";
import type { Block, Deed, Done, Hold, Refused, Rotate } from "./ops.ts";
import { changeSecret, findSecret } from "./secrets.ts";
import { secretsOf } from "./standing.ts";

export interface DeedsOptions {
  readonly settings: Settings;
  readonly holding: Holding;
  readonly blocks: Blocks;
  /** Tells every connection of the holder. */
  tell(claim: Claim, message: ServerMessage): void;
}

export class Deeds {
  readonly #options: DeedsOptions;

  constructor(options: DeedsOptions) {
    this.#options = options;
  }

  do(op: Deed, now: number): Done | Refused {
    const { claim } = this.#options.holding;
    // It went to somebody else, or ended, without the room knowing it yet.
    if (claim?.identity !== op.identity)
      return refuse("The name is not yours.");
    const { deedAt } = claim.standing;
    // A call that comes late. By a clock that was set back since the last deed
    // that cannot be told.
    if (op.at !== undefined && op.at < deedAt && deedAt <= now)
      return { type: "refused", code: "unavailable", retryAfter: 1000 };
    // Not written for that alone: a row for each block would be dear.
    const latest = Math.max(deedAt, op.at ?? 0);
    claim.standing = { ...claim.standing, deedAt: latest };
    return this.#act(claim, op, now);
  }

  #act(claim: Claim, op: Deed, now: number): Done | Refused {
    switch (op.type) {
      case "register":
        return this.#register(claim, op, now);
      case "release":
        return this.#release(claim, op, now);
      case "rotate":
        return this.#rotate(claim, op, now);
      case "block":
        return this.#block(claim, op);
      case "unblock":
        if (!this.#options.blocks.remove(op.who))
          return { type: "refused", code: "no_such_user" };
        return this.#tellBlocked(claim);
      default:
        return op satisfies never;
    }
  }

  #register(claim: Claim, { secret }: Hold, now: number): Done | Refused {
    const { settings, holding, tell } = this.#options;
    const { standing, username, rooms } = claim;
    if (standing.rank === "app") return VOUCHED;
    if (settings.REGISTRATION === "off" && !standing.isRegistered)
      return NO_REGISTRATION;
    if (!isCurrent(claim, secret, now)) return OLD;
    if (!standing.isRegistered) {
      claim.standing = { ...standing, isRegistered: true, restsUntil: null };
      holding.changed();
    }
    if (rooms.size === 0) holding.runOut(claim, now);
    const until = now + settings.NAME_DAYS * DAY_MS;
    tell(claim, { type: "registered", username, until });
    return { type: "done" };
  }

  /** A guest has the name from now on, and it rests when they are gone. */
  #release(claim: Claim, { secret }: Hold, now: number): Done | Refused {
    const { settings, holding, tell } = this.#options;
    const { standing, username, rooms } = claim;
    if (!isCurrent(claim, secret, now)) return OLD;
    if (!standing.isRegistered) return refuse("The name is not registered.");
    const restsUntil = now + settings.NAME_REST_DAYS * DAY_MS;
    claim.standing = { ...standing, isRegistered: false, restsUntil };
    holding.changed();
    if (rooms.size === 0) holding.runOut(claim, now);
    tell(claim, { type: "released", username, restsUntil });
    return { type: "done" };
  }

  #rotate(claim: Claim, { secret, next }: Rotate, now: number): Done | Refused {
    const { holding, tell } = this.#options;
    const { standing, username } = claim;
    if (standing.rank === "app") return VOUCHED;
    if (!standing.isRegistered) return refuse("Register the name first.");
    const secrets = secretsOf(claim);
    // The same again, since the answer was lost: it is the current one now.
    const isDone = findSecret(secrets, next, now)?.until === null;
    if (!isDone && !isCurrent(claim, secret, now)) return OLD;
    const changed = isDone ? secrets : changeSecret(secrets, next, now);
    if (!isDone) {
      claim.standing = { ...standing, secrets: changed };
      holding.changed();
    }
    const ends = changed.map(({ until }) => until ?? now);
    tell(claim, { type: "rotated", username, until: Math.max(...ends) });
    return { type: "done" };
  }

  #block(claim: Claim, { user, username }: Block): Done | Refused {
    if (user === publicId(claim.identity)) return refuse("That is you.");
    const blocked = username === null ? { user } : { user, username };
    if (!this.#options.blocks.add(blocked)) return TOO_MANY_BLOCKED;
    return this.#tellBlocked(claim);
  }

  #tellBlocked(claim: Claim): Done {
    const { blocks, tell } = this.#options;
    tell(claim, { type: "blocked", blocked: blocks.list });
    return { type: "done" };
  }
}

const VOUCHED = refuse("The name comes with your account.", "name_from_app");
const OLD = refuse(
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

/** An older secret still opens the name, but cannot dispose of it. */
function isCurrent(claim: Claim, secret: string, now: number): boolean {
  return findSecret(secretsOf(claim), secret, now)?.until === null;
}
