// One name: whose it is, which rooms they are in, and the way to their mail.
import { toJson } from "../protocol/codec.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { Settings } from "../protocol/settings.ts";
import { Blocks } from "./blocks.ts";
import { Calls } from "./calls.ts";
import { Challenge, type Wanter } from "./challenge.ts";
import type { Claim } from "./claim.ts";
import { Deeds } from "./deeds.ts";
import { Errands } from "./errands.ts";
import { Evictions, evictionsOf } from "./evictions.ts";
import { Holding } from "./holding.ts";
import {
  type Ask,
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Tools,
} from "./host.ts";
import { publicId } from "./identity.ts";
import { toMail } from "./mailbox.ts";
import { whyNotFree } from "./name-policy.ts";
import type { Enter, Op, Refused, Reply } from "./ops.ts";
import { PostOffice } from "./post-office.ts";
import { alsoKnown, type Eviction, openedBy, outranks } from "./standing.ts";
import { isOneTooMany, TOO_MANY, taken, termsOf } from "./tenure.ts";

type Answer = (reply: Reply) => void;

/** Whoever misses a notice is told the same at the next welcome. */
const NOTICE_TRIES = 5;

export interface DirectoryOptions {
  readonly tools: Tools;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
}

export class Directory implements Core {
  readonly #settings: Settings;
  readonly #key: string;
  readonly #holding: Holding;
  readonly #blocks: Blocks;
  readonly #deeds: Deeds;
  readonly #calls = new Calls();
  readonly #mail: PostOffice;
  readonly #evictions: Evictions;
  readonly #challenge: Challenge;
  readonly #notices = new Errands(this.#calls, NOTICE_TRIES);
  /** Just out of storage: what was on its way is still to be resumed. */
  #isFresh = true;
  #effects: Effects = noEffects();

  constructor({ tools, settings, key }: DirectoryOptions) {
    this.#settings = settings;
    this.#key = key;
    const { sql } = tools;
    this.#blocks = new Blocks(sql, key);
    this.#holding = new Holding({
      sql,
      settings,
      key,
      ended: () => {
        this.#mail.close();
        this.#blocks.clear();
      },
    });
    this.#mail = new PostOffice({
      sql,
      settings,
      key,
      calls: this.#calls,
      isBlocked: (user) => this.#blocks.has(user),
      gone: (...stay) => void this.#holding.leave(...stay),
    });
    this.#evictions = new Evictions(this.#calls, key, () =>
      this.#holding.changed(),
    );
    this.#challenge = new Challenge(this.#calls, key, {
      gone: (...stay) => void this.#holding.leave(...stay),
      all: (wanters, now) => this.#challenged(wanters, now),
    });
    this.#deeds = new Deeds({
      settings,
      holding: this.#holding,
      blocks: this.#blocks,
      tell: (claim, message) => this.#tell(claim, message),
    });
  }

  on(event: Event, now: number): Effects {
    this.#holding.expire(now);
    const { claim } = this.#holding;
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
        this.#holding.alarmed();
        break;
      case "opened":
      case "frame":
      case "closed":
      case "slow":
        break;
      default:
        event satisfies never;
    }
    return this.#finish(now);
  }

  #asked(ask: Ask, ops: readonly Op[], now: number): void {
    const replies: Reply[] = [];
    let open = ops.length;
    if (open === 0) this.#effects.replies.push({ ask, replies });
    ops.forEach((op, i) => {
      this.#do(op, now, (reply) => {
        replies[i] = reply;
        open--;
        if (open === 0) this.#effects.replies.push({ ask, replies });
      });
    });
  }

  #do(op: Op, now: number, answer: Answer): void {
    switch (op.type) {
      case "enter":
        this.#enter(op, now, answer);
        break;
      case "leave": {
        const { identity, room, version } = op;
        const newest = this.#holding.leave(identity, room, version, now);
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
        this.#mail.had(op);
        answer({ type: "done" });
        break;
      case "register":
      case "release":
      case "rotate":
      case "block":
      case "unblock":
        answer(this.#deeds.do(op, now));
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
    const { claim, rest } = this.#holding;
    const { rank = "guest" } = op;
    if (claim === null) {
      const isOthers = rest !== null && openedBy(rest, op, now) === null;
      if (isOthers && !outranks(rank, rest.standing))
        answer(taken(this.#settings, rest, now));
      else if (rest === null && rank === "guest") {
        // Who has such a name from before keeps it.
        const refused = whyNotFree(this.#settings, op.username);
        if (refused === null) this.#grant(op, now, answer);
        else answer(refused);
      } else this.#grant(op, now, answer);
    } else if (openedBy(claim, op, now) !== null) {
      if (isOneTooMany(claim, op))
        this.#ifFound(claim, op, TOO_MANY, now, answer);
      else {
        const noted = this.#holding.admit(claim, op);
        this.#enterWhenTold(claim, op, noted, now, answer);
      }
    } else if (outranks(rank, claim.standing)) {
      // All that hangs on it goes: their mail was for them, not for whoever
      // has the name now.
      this.#holding.drop();
      this.#grant(op, now, answer, evictionsOf(claim));
    } else {
      const refused = taken(this.#settings, claim, now);
      if (rank === "app" || claim.freeAt !== null) answer(refused);
      else this.#ifFound(claim, op, refused, now, answer);
    }
  }

  /** Refused if the holder was just found; else the rooms are asked first. */
  #ifFound(
    claim: Claim,
    enter: Enter,
    refused: Refused,
    now: number,
    answer: Answer,
  ): void {
    if (this.#challenge.holds(now)) answer(refused);
    else this.#challenge.want(claim, { enter, answer });
  }

  #grant(
    op: Enter,
    now: number,
    answer: Answer,
    evicting: readonly Eviction[] = [],
  ): void {
    this.#blocks.clear();
    const claim = this.#holding.grant(op, now, evicting);
    this.#mail.open(claim);
    this.#evictions.start(claim);
    this.#enterWhenTold(claim, op, op.version, now, answer);
  }

  /** Not before each room has been told that somebody lost the name. */
  #enterWhenTold(
    claim: Claim,
    op: Enter,
    noted: number,
    now: number,
    answer: Answer,
  ): void {
    const { mailSince, mailEpoch } = op;
    this.#evictions.whenTried(() =>
      answer({
        type: "entered",
        username: claim.username,
        epoch: claim.epoch,
        head: claim.head,
        mail: this.#mail.wanted(claim, mailSince, mailEpoch).map(toMail),
        ...termsOf(this.#settings, claim, op, now),
        ...(this.#blocks.list.length > 0 && { blocked: this.#blocks.list }),
        ...(noted !== op.version && { version: noted }),
      }),
    );
  }

  /** Reads the claim anew: it may have changed while the rooms were asked. */
  #challenged(wanters: readonly Wanter[], now: number): void {
    this.#holding.expire(now);
    for (const { enter, answer } of wanters) this.#enter(enter, now, answer);
  }

  /** Tells every connection of the holder. */
  #tell(claim: Claim, message: ServerMessage): void {
    const { identity, rooms } = claim;
    for (const room of rooms.keys())
      this.#notices.send(message.type, room, {
        type: "notice",
        key: this.#key,
        identity,
        ...alsoKnown(claim),
        line: toJson(message),
      });
  }

  #whois(): Reply {
    const { claim } = this.#holding;
    if (claim === null) return { type: "refused", code: "no_such_user" };
    const user = publicId(claim.identity);
    return { type: "person", user, username: claim.username };
  }

  #finish(now: number): Effects {
    this.#effects.calls.push(...this.#calls.take());
    const { claim, rest } = this.#holding;
    const held = claim ?? rest;
    if (held !== null)
      this.#effects.alarm = this.#holding.alarmFor(now, [
        this.#mail.retryAt,
        this.#evictions.retryAt(held, now),
        this.#notices.retryAt,
      ]);
    else this.#effects.alarm = this.#mail.retryAt ?? undefined;
    this.#mail.write();
    const writeAt = this.#mail.writeAt(now);
    if (this.#holding.save(writeAt !== null && writeAt <= now))
      this.#mail.written();
    this.#effects.timer = this.#mail.copyAt ?? this.#mail.writeAt(now);
    const isIdle = this.#calls.isIdle && this.#mail.isCopied;
    if (held === null && isIdle && this.#holding.takeForgotten())
      this.#effects.forget = true;
    const effects = this.#effects;
    this.#effects = noEffects();
    return effects;
  }
}
