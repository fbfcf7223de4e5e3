// One name: whose it is, which rooms they are in, and the way to their mail.
import type { Settings } from "../protocol/settings.ts";
import { Calls } from "./calls.ts";
import { challenge } from "./challenge.ts";
import { type Claim, Claims } from "./claim.ts";
import { Evictions, evictionsOf } from "./evictions.ts";
import {
  type Ask,
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Tools,
} from "./host.ts";
import { toMail } from "./mailbox.ts";
import type { Enter, Op, Reply } from "./ops.ts";
import { PostOffice } from "./post-office.ts";
import { type Eviction, opens, outranks } from "./standing.ts";
import { lasts, taken } from "./tenure.ts";

type Answer = (reply: Reply) => void;

/** A challenge that found somebody holds this long, in ms. */
const CHALLENGE_MS = 1000;

export interface DirectoryOptions {
  readonly tools: Tools;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
}

export class Directory implements Core {
  readonly #settings: Settings;
  readonly #key: string;
  readonly #claims: Claims;
  readonly #calls = new Calls();
  readonly #mail: PostOffice;
  readonly #evictions: Evictions;
  #claim: Claim | null;
  /** The claim must be written by the end of this event. */
  #isDirty = false;
  /** Just out of storage: what was on its way is still to be resumed. */
  #isFresh = true;
  /** Storage holds nothing that is needed. */
  #isForgotten = false;
  #effects: Effects = noEffects();
  /** Those who want the name while the rooms are asked about its holder. */
  readonly #wanters: { enter: Enter; answer: Answer }[] = [];
  #challengedAt = 0;

  constructor({ tools, settings, key }: DirectoryOptions) {
    this.#settings = settings;
    this.#key = key;
    this.#claims = new Claims(tools.sql, key);
    this.#claim = this.#claims.load();
    this.#mail = new PostOffice({
      sql: tools.sql,
      settings,
      key,
      calls: this.#calls,
      gone: (...entry) => this.#dropRoom(...entry),
    });
    this.#evictions = new Evictions(this.#calls, key, () => {
      this.#isDirty = true;
    });
  }

  on(event: Event, now: number): Effects {
    this.#expire(now);
    if (this.#isFresh && this.#claim !== null) {
      this.#mail.resume(this.#claim, now);
      this.#evictions.start(this.#claim);
    }
    this.#isFresh = false;
    this.#mail.due(now);
    this.#evictions.due(now);
    switch (event.kind) {
      case "asked":
        this.#asked(event.ask, event.ops, now);
        break;
      case "answered":
        this.#calls.answered(event.call, event.replies, now);
        break;
      case "due":
        // It went off, or may have: it is set again if there is need.
        if (this.#claim !== null) this.#claim.alarmAt = null;
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
      case "leave":
        this.#dropRoom(op.identity, op.room, op.version, now);
        answer({ type: "done" });
        break;
      case "post":
        this.#mail.post(op, now, answer);
        break;
      case "copy":
        this.#mail.copy(op, now);
        answer({ type: "done" });
        break;
      case "had":
        this.#mail.had(op);
        answer({ type: "done" });
        break;
      default:
        // From a version that knows more than this one.
        answer({ type: "refused", code: "unsupported" });
    }
  }

  #enter(op: Enter, now: number, answer: Answer): void {
    const claim = this.#claim;
    if (claim === null) this.#grant(op, now, answer);
    else if (opens(claim, op)) this.#admit(claim, op, answer);
    else if (outranks(op.rank ?? "guest", claim.standing))
      this.#displace(claim, op, now, answer);
    else if (
      op.rank === "app" ||
      claim.freeAt !== null ||
      now - this.#challengedAt < CHALLENGE_MS
    )
      answer(taken(this.#settings, claim, now));
    else {
      this.#wanters.push({ enter: op, answer });
      if (this.#wanters.length === 1) this.#challenge(claim);
    }
  }

  /**
   * Takes the name from somebody of lower rank, and all that hangs on it:
   * their mail was for them, not for whoever has the name now.
   */
  #displace(loser: Claim, op: Enter, now: number, answer: Answer): void {
    this.#end();
    this.#grant(op, now, answer, evictionsOf(loser));
  }

  /** The name was free, or has been freed. */
  #grant(
    op: Enter,
    now: number,
    answer: Answer,
    evicting: readonly Eviction[] = [],
  ): void {
    const { identity, username, room, version } = op;
    const claim: Claim = {
      identity,
      username,
      rooms: new Map([[room, version]]),
      freeAt: null,
      alarmAt: null,
      epoch: now,
      head: 0,
      had: 0,
      copied: 0,
      standing: { rank: op.rank ?? "guest", evicting },
    };
    this.#claim = claim;
    // At once: what else comes with this event may need the tables.
    this.#claims.save(claim);
    this.#mail.open(claim);
    this.#isForgotten = false;
    this.#evictions.start(claim);
    this.#enterWhenTold(claim, op, answer);
  }

  /** Another room, or another device, of who has the name. */
  #admit(claim: Claim, op: Enter, answer: Answer): void {
    const { room, version } = op;
    claim.rooms.set(room, Math.max(claim.rooms.get(room) ?? 0, version));
    claim.freeAt = null;
    this.#isDirty = true;
    this.#enterWhenTold(claim, op, answer);
  }

  /** Not before each room has been told that somebody lost the name. */
  #enterWhenTold(
    claim: Claim,
    { mailSince, mailEpoch }: Enter,
    answer: Answer,
  ): void {
    this.#evictions.whenTried(() =>
      answer({
        type: "entered",
        username: claim.username,
        epoch: claim.epoch,
        head: claim.head,
        mail: this.#mail.wanted(claim, mailSince, mailEpoch).map(toMail),
      }),
    );
  }

  #challenge(claim: Claim): void {
    const { identity } = claim;
    challenge(this.#calls, this.#key, claim, {
      gone: (...stay) => this.#dropRoom(identity, ...stay),
      all: (isHeld, now) => this.#challenged(isHeld, now),
    });
  }

  /** Reads the claim anew: it may have changed while the rooms were asked. */
  #challenged(isHeld: boolean, now: number): void {
    if (isHeld) this.#challengedAt = now;
    this.#expire(now);
    for (const { enter, answer } of this.#wanters.splice(0))
      this.#enter(enter, now, answer);
  }

  /** The holder is not in that room, unless they entered it since. */
  #dropRoom(
    identity: string,
    room: string,
    version: number,
    now: number,
  ): void {
    const claim = this.#claim;
    if (claim?.identity !== identity) return;
    const stored = claim.rooms.get(room);
    if (stored === undefined || stored > version) return;
    claim.rooms.delete(room);
    if (claim.rooms.size === 0)
      claim.freeAt = now + lasts(this.#settings, claim);
    this.#isDirty = true;
  }

  /** A claim whose time is over is gone, whether an alarm came or not. */
  #expire(now: number): void {
    const claim = this.#claim;
    if (claim === null || claim.freeAt === null || claim.freeAt > now) return;
    this.#end();
  }

  #end(): void {
    this.#claims.drop();
    this.#mail.close();
    this.#claim = null;
    this.#isForgotten = true;
  }

  #finish(now: number): Effects {
    this.#effects.calls.push(...this.#calls.take());
    const claim = this.#claim;
    if (claim !== null) {
      this.#setAlarm(claim, now);
      // What only moves a cursor is written once, when nothing is on its way.
      const isSettled = this.#calls.isIdle && this.#mail.takeStale();
      if (this.#isDirty || isSettled) this.#claims.save(claim);
      this.#isDirty = false;
    } else if (this.#isForgotten && this.#calls.isIdle) {
      this.#effects.forget = true;
      this.#isForgotten = false;
    }
    const effects = this.#effects;
    this.#effects = noEffects();
    return effects;
  }

  /** Sets the alarm if something is due before it; it is left if not. */
  #setAlarm(claim: Claim, now: number): void {
    const due = [
      claim.freeAt,
      this.#mail.retryAt,
      this.#evictions.retryAt(claim, now),
    ].filter((at) => at !== null);
    if (due.length === 0) return;
    const next = Math.max(now, Math.min(...due));
    const { alarmAt } = claim;
    if (alarmAt !== null && alarmAt > now && alarmAt <= next) return;
    claim.alarmAt = next;
    this.#effects.alarm = next;
  }
}
