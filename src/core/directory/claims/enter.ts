// Enter: a directory decides whether a user who joins a room gets the name, and may ask the holder's rooms first.
import type { Settings } from "../../../protocol/settings.ts";
import type { Calls } from "../../shared/calls.ts";
import type { Enter, ReadMarks } from "../../shared/directory-requests.ts";
import { freeNameRefusal } from "../../shared/name-policy.ts";
import type { Refused, Reply } from "../../shared/rpc.ts";
import type { BlockList } from "../block-list.ts";
import { deliveredMail } from "../mail/deliverable.ts";
import type { MailService } from "../mail/mail-service.ts";
import { Challenge } from "./challenge.ts";
import { type Claim, openingSecret } from "./claim.ts";
import type { ClaimLifecycle } from "./claim-lifecycle.ts";
import { type Eviction, outranks } from "./claim-status.ts";
import {
  claimTerms,
  exceedsRoomLimit,
  nameTaken,
  TOO_MANY_ROOMS,
} from "./claim-terms.ts";
import { type Evictions, evictionsOf } from "./evictions.ts";

type Answer = (reply: Reply) => void;

export interface EnterHandlerOptions {
  readonly settings: Settings;
  /** The key of the name. */
  readonly key: string;
  readonly calls: Calls;
  readonly claims: ClaimLifecycle;
  readonly blocks: BlockList;
  readonly mail: MailService;
  readonly evictions: Evictions;
}

export class EnterHandler {
  readonly #options: EnterHandlerOptions;
  readonly #challenge: Challenge;

  constructor(options: EnterHandlerOptions) {
    this.#options = options;
    const { calls, key, claims } = options;
    this.#challenge = new Challenge(calls, key, {
      absent: (...stay) => void claims.leave(...stay),
      answered: (claimants, now) => {
        // The claim may have changed while the rooms were asked.
        claims.expire(now);
        for (const { op, answer } of claimants) this.run(op, now, answer);
      },
    });
  }

  /** Answers at once, or once the rooms have answered. */
  run(op: Enter, now: number, answer: Answer): void {
    const { claim, resting } = this.#options.claims;
    if (claim === null) this.#enterFree(resting, op, now, answer);
    else if (openingSecret(claim, op, now) !== null)
      this.#enterOwn(claim, op, now, answer);
    else this.#enterHeld(claim, op, now, answer);
  }

  /** @param resting the claim of the last holder, if the name rests */
  #enterFree(
    resting: Claim | null,
    op: Enter,
    now: number,
    answer: Answer,
  ): void {
    const { settings, key } = this.#options;
    const { rank = "guest" } = op;
    const isOthers =
      resting !== null && openingSecret(resting, op, now) === null;
    // A user whose name was reserved later keeps it.
    const isNew = resting === null && rank === "guest";
    const refused = isNew ? freeNameRefusal(settings, op.username, key) : null;
    if (isOthers && !outranks(rank, resting.status))
      answer(nameTaken(settings, resting, now));
    else if (refused !== null) answer(refused);
    else this.#grant(op, now, answer);
  }

  #enterOwn(claim: Claim, op: Enter, now: number, answer: Answer): void {
    if (exceedsRoomLimit(claim, op)) {
      this.#refuseIfHeld(claim, op, TOO_MANY_ROOMS, now, answer);
      return;
    }
    const version = this.#options.claims.addRoom(claim, op);
    this.#answerEntered(claim, op, version, now, answer);
  }

  #enterHeld(claim: Claim, op: Enter, now: number, answer: Answer): void {
    const { settings, claims } = this.#options;
    const { rank = "guest" } = op;
    if (outranks(rank, claim.status)) {
      // The mail was for the old holder, not for the new one.
      claims.drop();
      this.#grant(op, now, answer, evictionsOf(claim));
      return;
    }
    const refused = nameTaken(settings, claim, now);
    if (rank === "app" || claim.expiresAt !== null) answer(refused);
    else this.#refuseIfHeld(claim, op, refused, now, answer);
  }

  /** Refuses if the holder was just found; otherwise asks the rooms first. */
  #refuseIfHeld(
    claim: Claim,
    op: Enter,
    refused: Refused,
    now: number,
    answer: Answer,
  ): void {
    if (this.#challenge.isConfirmed(now)) answer(refused);
    else this.#challenge.challenge(claim, { op, answer });
  }

  #grant(
    op: Enter,
    now: number,
    answer: Answer,
    evicting: readonly Eviction[] = [],
  ): void {
    const { blocks, claims, mail, evictions } = this.#options;
    blocks.clear();
    const claim = claims.grant(op, now, evicting);
    mail.open(claim);
    evictions.start(claim, now);
    this.#answerEntered(claim, op, op.version, now, answer);
  }

  /** Answers once each room was told that the old holder lost the name. */
  #answerEntered(
    claim: Claim,
    op: Enter,
    version: number,
    now: number,
    answer: Answer,
  ): void {
    const { settings, blocks, mail, evictions } = this.#options;
    const { mailSince, mailEpoch, withoutMail = false } = op;
    evictions.whenAttempted(() =>
      answer({
        type: "entered",
        username: claim.username,
        epoch: claim.epoch,
        head: claim.head,
        mail: withoutMail
          ? []
          : mail.mailSince(claim, mailSince, mailEpoch).map(deliveredMail),
        ...claimTerms(settings, claim, op, now),
        ...(blocks.list.length > 0 && { blocked: blocks.list }),
        ...(version !== op.version && { version }),
        ...readMarks(claim, op),
      }),
    );
  }
}

/** How far the holder has read, in the room and in the mail. */
function readMarks({ visits, status }: Claim, { room }: Enter): ReadMarks {
  const read = visits.find(room)?.read ?? null;
  const { mailRead } = status;
  return {
    ...(read !== null && { read }),
    ...(mailRead > 0 && { mailRead }),
  };
}
