// One name: whose it is, which rooms they are in, and the way to their mail.
import { encodeJson } from "../../protocol/codec.ts";
import type { ServerFrame } from "../../protocol/server-frames.ts";
import type { Settings } from "../../protocol/settings.ts";
import { Calls } from "../shared/calls.ts";
import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
  type ReplyHandle,
} from "../shared/contract.ts";
import { publicId } from "../shared/identity.ts";
import { whyNotFree } from "../shared/name-policy.ts";
import type { Enter, Op, Refused, Reply } from "../shared/rpc.ts";
import { AccountCommands } from "./account-commands.ts";
import { BlockList } from "./block-list.ts";
import { Challenge, type Claimant } from "./claims/challenge.ts";
import type { Claim } from "./claims/claim.ts";
import { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import {
  type Eviction,
  openingSecret,
  otherHashes,
  outranks,
} from "./claims/claim-status.ts";
import {
  claimTerms,
  exceedsRoomLimit,
  nameTaken,
  TOO_MANY_ROOMS,
} from "./claims/claim-terms.ts";
import { Evictions, evictionsOf } from "./claims/evictions.ts";
import { MailService } from "./mail/mail-service.ts";
import { toMail } from "./mail/mailbox.ts";
import { RoomNotifier } from "./room-notifier.ts";

type Answer = (reply: Reply) => void;

/** Whoever misses a notice is told the same at the next welcome. */
const NOTICE_TRIES = 5;

export interface DirectoryOptions {
  readonly platform: Platform;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
}

export class Directory implements Core {
  readonly #settings: Settings;
  readonly #key: string;
  readonly #claims: ClaimLifecycle;
  readonly #blocks: BlockList;
  readonly #accountCommands: AccountCommands;
  readonly #calls = new Calls();
  readonly #mail: MailService;
  readonly #evictions: Evictions;
  readonly #challenge: Challenge;
  readonly #notices = new RoomNotifier(this.#calls, NOTICE_TRIES);
  /** Just out of storage: what was on its way is still to be resumed. */
  #isFresh = true;
  #effects: Effects = noEffects();

  constructor({ platform, settings, key }: DirectoryOptions) {
    this.#settings = settings;
    this.#key = key;
    const { sql } = platform;
    this.#blocks = new BlockList(sql, key);
    this.#claims = new ClaimLifecycle({
      sql,
      settings,
      key,
      ended: () => {
        this.#mail.close();
        this.#blocks.clear();
      },
    });
    this.#mail = new MailService({
      sql,
      settings,
      key,
      calls: this.#calls,
      isBlocked: (user) => this.#blocks.has(user),
      absent: (...stay) => void this.#claims.leave(...stay),
    });
    this.#evictions = new Evictions(this.#calls, key, () =>
      this.#claims.changed(),
    );
    this.#challenge = new Challenge(this.#calls, key, {
      absent: (...stay) => void this.#claims.leave(...stay),
      answered: (claimants, now) => this.#challenged(claimants, now),
    });
    this.#accountCommands = new AccountCommands({
      settings,
      claims: this.#claims,
      blocks: this.#blocks,
      notify: (claim, message) => this.#notifyHolder(claim, message),
    });
  }

  on(event: Event, now: number): Effects {
    this.#claims.expire(now);
    const { claim } = this.#claims;
    if (this.#isFresh && claim !== null) {
      this.#mail.resume(claim, now);
      this.#evictions.start(claim);
    }
    this.#isFresh = false;
    this.#mail.due(now);
    this.#evictions.due(now);
    this.#notices.due(now);
    switch (event.kind) {
      case "asked":
        this.#asked(event.ask, event.ops, now);
        break;
      case "answered":
        this.#calls.answered(event.call, event.replies, now);
        break;
      case "due":
        // It went off, or may have: it is set again if there is need.
        this.#claims.alarmFired();
        break;
      case "opened":
      case "frame":
      case "closed":
      case "slow":
        break;
      default:
        event satisfies never;
    }
    return this.#takeEffects(now);
  }

  #asked(ask: ReplyHandle, ops: readonly Op[], now: number): void {
    const replies: Reply[] = [];
    let open = ops.length;
    if (open === 0) this.#effects.replies.push({ ask, replies });
    ops.forEach((op, i) => {
      this.#run(op, now, (reply) => {
        replies[i] = reply;
        open--;
        if (open === 0) this.#effects.replies.push({ ask, replies });
      });
    });
  }

  #run(op: Op, now: number, answer: Answer): void {
    switch (op.type) {
      case "enter":
        this.#enter(op, now, answer);
        break;
      case "leave": {
        const { identity, room, version } = op;
        const newest = this.#claims.leave(identity, room, version, now);
        answer({ type: "done", ...(newest !== null && { newest }) });
        break;
      }
      case "post":
        this.#mail.post(op, now, answer);
        break;
      case "copy":
        this.#mail.copy(op, now, () => answer({ type: "done" }));
        break;
      case "had":
        this.#mail.markReceived(op);
        answer({ type: "done" });
        break;
      case "register":
      case "release":
      case "rotate":
      case "block":
      case "unblock":
        answer(this.#accountCommands.run(op, now));
        break;
      case "whois":
        answer(this.#whois());
        break;
      default:
        // From a version that knows more than this one.
        answer({ type: "refused", code: "unsupported" });
    }
  }

  #enter(op: Enter, now: number, answer: Answer): void {
    const { claim, resting } = this.#claims;
    const { rank = "guest" } = op;
    if (claim === null) {
      const isOthers =
        resting !== null && openingSecret(resting, op, now) === null;
      if (isOthers && !outranks(rank, resting.status))
        answer(nameTaken(this.#settings, resting, now));
      else if (resting === null && rank === "guest") {
        // Who has such a name from before keeps it.
        const refused = whyNotFree(this.#settings, op.username);
        if (refused === null) this.#grant(op, now, answer);
        else answer(refused);
      } else this.#grant(op, now, answer);
    } else if (openingSecret(claim, op, now) !== null) {
      if (exceedsRoomLimit(claim, op))
        this.#refuseIfHeld(claim, op, TOO_MANY_ROOMS, now, answer);
      else {
        const noted = this.#claims.addRoom(claim, op);
        this.#answerEnter(claim, op, noted, now, answer);
      }
    } else if (outranks(rank, claim.status)) {
      // All that hangs on it goes: their mail was for them, not for whoever
      // has the name now.
      this.#claims.drop();
      this.#grant(op, now, answer, evictionsOf(claim));
    } else {
      const refused = nameTaken(this.#settings, claim, now);
      if (rank === "app" || claim.freeAt !== null) answer(refused);
      else this.#refuseIfHeld(claim, op, refused, now, answer);
    }
  }

  /** Refused if the holder was just found; else the rooms are asked first. */
  #refuseIfHeld(
    claim: Claim,
    enter: Enter,
    refused: Refused,
    now: number,
    answer: Answer,
  ): void {
    if (this.#challenge.isConfirmed(now)) answer(refused);
    else this.#challenge.challenge(claim, { enter, answer });
  }

  #grant(
    op: Enter,
    now: number,
    answer: Answer,
    evicting: readonly Eviction[] = [],
  ): void {
    this.#blocks.clear();
    const claim = this.#claims.grant(op, now, evicting);
    this.#mail.open(claim);
    this.#evictions.start(claim);
    this.#answerEnter(claim, op, op.version, now, answer);
  }

  /** Not before each room has been told that somebody lost the name. */
  #answerEnter(
    claim: Claim,
    op: Enter,
    noted: number,
    now: number,
    answer: Answer,
  ): void {
    const { mailSince, mailEpoch } = op;
    this.#evictions.whenAttempted(() =>
      answer({
        type: "entered",
        username: claim.username,
        epoch: claim.epoch,
        head: claim.head,
        mail: this.#mail.mailSince(claim, mailSince, mailEpoch).map(toMail),
        ...claimTerms(this.#settings, claim, op, now),
        ...(this.#blocks.list.length > 0 && { blocked: this.#blocks.list }),
        ...(noted !== op.version && { version: noted }),
      }),
    );
  }

  /** Reads the claim anew: it may have changed while the rooms were asked. */
  #challenged(claimants: readonly Claimant[], now: number): void {
    this.#claims.expire(now);
    for (const { enter, answer } of claimants) this.#enter(enter, now, answer);
  }

  /** Tells every connection of the holder. */
  #notifyHolder(claim: Claim, message: ServerFrame): void {
    const { identity, rooms } = claim;
    for (const room of rooms.keys())
      this.#notices.send(message.type, room, {
        type: "notice",
        key: this.#key,
        identity,
        ...otherHashes(claim),
        line: encodeJson(message),
      });
  }

  #whois(): Reply {
    const { claim } = this.#claims;
    if (claim === null) return { type: "refused", code: "no_such_user" };
    const user = publicId(claim.identity);
    return { type: "person", user, username: claim.username };
  }

  #takeEffects(now: number): Effects {
    this.#effects.calls.push(...this.#calls.take());
    const { claim, resting } = this.#claims;
    const held = claim ?? resting;
    if (held !== null)
      this.#effects.alarm = this.#claims.alarmFor(now, [
        this.#mail.retryAt,
        this.#evictions.retryAt(held, now),
        this.#notices.retryAt,
      ]);
    else this.#effects.alarm = this.#mail.retryAt ?? undefined;
    this.#mail.write();
    const writeAt = this.#mail.writeAt(now);
    if (this.#claims.save(writeAt !== null && writeAt <= now))
      this.#mail.written();
    this.#effects.timer = this.#mail.copyAt ?? this.#mail.writeAt(now);
    const isIdle = this.#calls.isIdle && this.#mail.isCopied;
    if (held === null && isIdle && this.#claims.takeStorageEmpty())
      this.#effects.deleteStorage = true;
    const effects = this.#effects;
    this.#effects = noEffects();
    return effects;
  }
}
