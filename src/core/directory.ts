// One name: whose it is, which rooms they are in, and their mail.
import type { Settings } from "../protocol/limits.ts";
import { Calls } from "./calls.ts";
import { type Claim, Claims } from "./claim.ts";
import { Copying } from "./copying.ts";
import { Delivery } from "./delivery.ts";
import {
  type Ask,
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Tools,
} from "./host.ts";
import { publicId } from "./identity.ts";
import { type Kept, Mailbox, toMail } from "./mailbox.ts";
import type {
  Copy,
  Enter,
  Had,
  Leave,
  Letter,
  Op,
  Post,
  Posted,
  Reply,
} from "./ops.ts";

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
  readonly #mailbox: Mailbox;
  readonly #calls = new Calls();
  readonly #copying = new Copying(this.#calls, () => this.#copied());
  #delivery: Delivery | null = null;
  #claim: Claim | null;
  /** The claim must be written now, or with the next chance. */
  #isDirty = false;
  #isStale = false;
  /** Just out of storage: what was on its way is still to be resumed. */
  #isFresh: boolean;
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
    this.#mailbox = new Mailbox(tools.sql, key);
    this.#claim = this.#claims.load();
    this.#isFresh = this.#claim !== null;
    this.#setClaim(this.#claim);
  }

  on(event: Event, now: number): Effects {
    this.#expire(now);
    if (this.#isFresh) this.#resume(now);
    this.#delivery?.due(now);
    this.#copying.due(now);
    switch (event.kind) {
      case "asked":
        this.#asked(event.ask, event.ops, now);
        break;
      case "answered":
        this.#calls.answered(event.call, event.replies, now);
        break;
      case "due":
      case "opened":
      case "frame":
      case "closed":
        break;
      default:
        event satisfies never;
    }
    return this.#finish(now);
  }

  #finish(now: number): Effects {
    const calls = this.#calls.take();
    this.#effects.calls.push(...calls);
    const claim = this.#claim;
    if (claim !== null) {
      this.#wake(claim, now);
      // What only moves a cursor is written once, when nothing is on its way.
      if (this.#isDirty || (this.#isStale && this.#calls.isIdle)) {
        this.#claims.save(claim);
        [this.#isDirty, this.#isStale] = [false, false];
      }
    } else if (this.#isForgotten && this.#calls.isIdle) {
      this.#effects.forget = true;
    }
    const effects = this.#effects;
    this.#effects = noEffects();
    return effects;
  }

  /** Sets the alarm if something is due before it; it is left if not. */
  #wake(claim: Claim, now: number): void {
    const times = [
      claim.freeAt,
      this.#delivery?.retryAt ?? null,
      this.#copying.retryAt,
    ].filter((time) => time !== null);
    if (times.length === 0) return;
    const next = Math.max(now, Math.min(...times));
    const isSet = claim.alarmAt !== null && claim.alarmAt > now;
    if (isSet && (claim.alarmAt ?? 0) <= next) return;
    claim.alarmAt = next;
    this.#effects.alarm = next;
  }

  #setClaim(claim: Claim | null): void {
    this.#claim = claim;
    this.#delivery =
      claim &&
      new Delivery(this.#calls, this.#key, claim.identity, {
        gone: (room, version, now) =>
          this.#dropRoom(claim.identity, room, version, now),
        had: (kept) => this.#advance(claim, kept),
      });
  }

  /** After the memory was lost: goes on with what was on its way. */
  #resume(now: number): void {
    this.#isFresh = false;
    const claim = this.#claim;
    if (claim === null) return;
    claim.head = Math.max(claim.head, this.#mailbox.head);
    for (const kept of this.#mailbox.after(claim.had))
      if (claim.rooms.size > 0 && kept.fromKey !== null)
        this.#delivery?.send(kept, claim.rooms, () => undefined);
    for (const kept of this.#mailbox.after(claim.copied))
      if (kept.fromKey !== this.#key) this.#copying.send(kept, now);
  }

  /** A claim whose time is over is gone, whether an alarm came or not. */
  #expire(now: number): void {
    const claim = this.#claim;
    if (claim === null || claim.freeAt === null || claim.freeAt > now) return;
    this.#claims.drop();
    this.#mailbox.forget();
    this.#setClaim(null);
    this.#isForgotten = true;
  }

  #asked(ask: Ask, ops: readonly Op[], now: number): void {
    const replies: Reply[] = [];
    let open = ops.length;
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
        this.#leave(op, now);
        answer({ type: "done" });
        break;
      case "post":
        this.#post(op, now, answer);
        break;
      case "copy":
        this.#copy(op, now);
        answer({ type: "done" });
        break;
      case "had":
        this.#had(op);
        answer({ type: "done" });
        break;
      default:
        // From a version that knows more than this one.
        answer({ type: "refused", code: "unsupported" });
    }
  }

  #enter(op: Enter, now: number, answer: Answer): void {
    const claim = this.#claim;
    if (claim === null) {
      this.#setClaim({
        identity: op.identity,
        username: op.username,
        rooms: new Map([[op.room, op.version]]),
        freeAt: null,
        alarmAt: null,
        head: 0,
        had: 0,
        copied: 0,
      });
      this.#isForgotten = false;
      this.#isDirty = true;
      answer({ type: "entered", username: op.username, head: 0, mail: [] });
    } else if (claim.identity === op.identity) {
      const version = Math.max(claim.rooms.get(op.room) ?? 0, op.version);
      claim.rooms.set(op.room, version);
      claim.freeAt = null;
      this.#isDirty = true;
      answer({
        type: "entered",
        username: claim.username,
        head: claim.head,
        mail: this.#wanted(claim, op.mailSince).map(toMail),
      });
    } else if (claim.freeAt !== null) {
      answer(taken(claim.freeAt - now));
    } else if (now - this.#challengedAt < CHALLENGE_MS) {
      answer(taken(Math.max(this.#guestMs, CHALLENGE_MS)));
    } else {
      this.#wanters.push({ enter: op, answer });
      if (this.#wanters.length === 1) this.#challenge(claim);
    }
  }

  #wanted(claim: Claim, since: number | undefined): Kept[] {
    if (since === undefined)
      return this.#mailbox
        .after(claim.had)
        .filter(({ fromKey }) => fromKey !== null);
    return this.#mailbox.after(since > claim.head ? 0 : since);
  }

  /** Asks every room that is listed whether the holder is there. */
  #challenge(claim: Claim): void {
    let open = claim.rooms.size;
    let isHeld = false;
    for (const [room, version] of claim.rooms) {
      const { identity } = claim;
      this.#calls.add(
        { kind: "room", name: room },
        { type: "challenge", key: this.#key, identity },
        (reply, now) => {
          if (reply?.type === "found" && reply.state === "gone")
            this.#dropRoom(identity, room, version, now);
          else isHeld = true;
          open--;
          if (open > 0) return;
          if (isHeld) this.#challengedAt = now;
          this.#expire(now);
          for (const { enter, answer } of this.#wanters.splice(0))
            this.#enter(enter, now, answer);
        },
      );
    }
  }

  get #guestMs(): number {
    return this.#settings.GUEST_CLAIM_SECONDS * 1000;
  }

  #leave({ identity, room, version }: Leave, now: number): void {
    this.#dropRoom(identity, room, version, now);
  }

  /** Only if that is still the entry that is meant. */
  #dropRoom(
    identity: string,
    room: string,
    version: number,
    now: number,
  ): void {
    const claim = this.#claim;
    if (claim?.identity !== identity) return;
    if (claim.rooms.get(room) !== version) return;
    claim.rooms.delete(room);
    if (claim.rooms.size === 0) claim.freeAt = now + this.#guestMs;
    this.#isDirty = true;
  }

  #had({ identity, mail }: Had): void {
    const claim = this.#claim;
    if (claim?.identity !== identity || mail <= claim.had) return;
    claim.had = Math.min(mail, claim.head);
    this.#isDirty = true;
  }

  #post(op: Post, now: number, answer: Answer): void {
    const claim = this.#claim;
    if (
      claim === null ||
      (op.toUser !== undefined && op.toUser !== publicId(claim.identity))
    ) {
      answer({ type: "refused", code: "no_such_user" });
      return;
    }
    const letter: Letter = { ...op.letter, to: claim.username };
    const first = this.#mailbox.find(letter);
    if (first !== undefined) {
      const delivered = first.mail <= claim.had;
      answer({ ...posted(first.letter, claim, delivered), duplicate: true });
      return;
    }
    const { MAILBOX_MESSAGES: messages, MAILBOX_DAYS: days } = this.#settings;
    if (!this.#mailbox.makeRoom({ messages, days }, claim.had, now)) {
      answer({ type: "refused", code: "mailbox_full" });
      return;
    }
    const kept = this.#keep(claim, letter, op.fromKey, op.origin);
    // Who writes to themselves has it in their mail already.
    if (op.fromKey === this.#key) this.#copied();
    else this.#copying.send(kept, now);
    this.#delivery?.send(kept, claim.rooms, (delivered) => {
      answer(posted(letter, claim, delivered));
    });
  }

  #copy({ letter, origin }: Copy, now: number): void {
    const claim = this.#claim;
    // The sender has gone, and the name with them: there is no mail to keep.
    if (claim?.identity !== letter.identity) return;
    if (this.#mailbox.find(letter) !== undefined) return;
    const { MAILBOX_MESSAGES: messages, MAILBOX_DAYS: days } = this.#settings;
    this.#mailbox.makeRoom({ messages, days }, claim.had, now);
    const kept = this.#keep(claim, letter, null, origin);
    this.#delivery?.send(kept, claim.rooms, () => undefined);
  }

  #keep(
    claim: Claim,
    letter: Letter,
    fromKey: string | null,
    origin: string,
  ): Kept {
    const kept: Kept = { mail: claim.head + 1, letter, fromKey, origin };
    this.#mailbox.add(kept);
    // Not written for that: the newest mail says it.
    claim.head = kept.mail;
    return kept;
  }

  /** It has reached a socket, as has what came before it. */
  #advance(claim: Claim, { mail, fromKey }: Kept): void {
    if (mail <= claim.had) return;
    claim.had = mail;
    // For a copy of their own alone it need not be written: such a copy is
    // never sent again unasked.
    this.#isStale ||= fromKey !== null;
  }

  /** Every copy is where it belongs. */
  #copied(): void {
    const claim = this.#claim;
    if (claim === null || !this.#copying.isEmpty) return;
    claim.copied = claim.head;
    this.#isStale = true;
  }
}

function taken(retryAfter: number): Reply {
  return { type: "refused", code: "username_taken", retryAfter };
}

/** The claim's end is told if it is already known. */
function posted(letter: Letter, claim: Claim, delivered: boolean): Posted {
  const { id, to, at } = letter;
  const end = delivered ? null : claim.freeAt;
  const expires = end === null ? {} : { expires: end };
  return { type: "posted", id, to, at, delivered, ...expires };
}
