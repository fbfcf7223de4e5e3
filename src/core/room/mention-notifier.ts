// Mention notifier: a room tells the directories of the people whom its stored messages mention, again after a crash.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Calls } from "../shared/calls.ts";
import type { Sql } from "../shared/contract.ts";
import { isDue } from "../shared/deadline.ts";
import type { Person } from "../shared/directory-requests.ts";
import type { MentionRecord } from "../shared/mention-requests.ts";
import { ReliableCall, ReliableCalls } from "../shared/reliable-calls.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { StoredTables } from "../shared/schema.ts";
import { type Rate, TokenBucket } from "../shared/token-bucket.ts";
import type { Member } from "./connection.ts";
import type { Log } from "./log.ts";
import { MentionCursor } from "./mention-cursor.ts";
import { findMentioned } from "./mention-fields.ts";
import { MentionTurns } from "./mention-turns.ts";

/** So many calls a second leave a room; a burst may be larger. */
const CALL_RATE: Rate = { burst: 64, perSecond: 32 };
/** A mention waits at most so long for its turn at that rate, ms. */
const TURN_WAIT_MAX_MS = 1000;
/** So many mentions wait in memory; later ones are read from the log again. */
const WAITING_MAX = 512;
/** Events of the log that are read at once, and the time until the next ones, ms. */
const READ_EVENTS = 256;
const READ_PAUSE_MS = 5;
/** Mentions in one call. */
const CALL_MENTIONS_MAX = 32;
/** The alarm after the first mention that waits finds those that a crash left. */
const ALARM_MS = 60_000;

const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: 1000,
  retryDelayMaxMs: 60_000,
  safetyMs: null,
};

/** A stored message, as far as it mentions people. */
const MessageSchema = v.object({
  type: v.literal("message"),
  seq: v.number(),
  user: v.string(),
  username: v.string(),
  at: v.number(),
  text: v.string(),
  edited: v.optional(v.number()),
  here: v.optional(v.literal(true)),
});

export interface NotifyingRoom {
  readonly name: string;
  readonly platform: { readonly sql: Sql };
  readonly log: Log;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly presence: { get(key: string): Member | undefined };
  /** Not everybody may enter. */
  readonly isRestricted: boolean;
  readonly moderation: { readonly restrictions: { readonly isEmpty: boolean } };
  afterFlush(done: () => void): void;
}

/** @param key of the user's name */
type Admits = (person: Person, key: string, now: number) => boolean;

/** The mentions of one name, in the order of their messages. */
class NameQueue extends ReliableCall {
  waiting: MentionRecord[] = [];
  /** The mentions of the call in flight. */
  inFlight: MentionRecord[] = [];
  /** The name's holder, who may be in the room; null: not looked up. */
  toUser: string | null = null;

  constructor(key: string) {
    super({ kind: "directory", name: key });
  }
}

export class MentionNotifier {
  readonly #room: NotifyingRoom;
  readonly #admits: Admits;
  readonly #cursor: MentionCursor;
  readonly #calls: ReliableCalls<NameQueue>;
  readonly #turn: ScheduleEntry;
  readonly #bucket = new TokenBucket(CALL_RATE, 0);
  readonly #queues = new Map<string, NameQueue>();
  /** Queues without a call. */
  readonly #idle = new MentionTurns<NameQueue>();
  #waitingCount = 0;
  /** Mentions of messages that are not in the log yet. */
  #unflushed = 0;
  /** Messages after this one have not been read; null: all have. */
  #readFrom: number | null = null;
  #alarmAt = Infinity;
  /** The row stays until then, since mentions are frequent. */
  #keepUntil = 0;

  /** @param admits tells whether a user who is away may be in the room */
  constructor(room: NotifyingRoom, admits: Admits, tables: StoredTables) {
    this.#room = room;
    this.#admits = admits;
    const { calls, schedule, name, log } = room;
    this.#cursor = new MentionCursor(room.platform.sql, name, tables);
    this.#turn = schedule.add({
      ...{ name: "mentions", clock: "timer", delayMaxMs: TURN_WAIT_MAX_MS },
      run: (now) => this.#start(now),
    });
    this.#calls = new ReliableCalls({
      ...{ calls, schedule, name: "mention retries", clock: "timer" },
      policy: POLICY,
      handler: {
        begin: (queue) => this.#begin(queue),
        op: ({ inFlight }) => ({ type: "mention", mentions: inFlight }),
        failed: (queue) => this.#trim(queue),
        done: (queue, _, now) => this.#done(queue, now),
      },
    });
    const { stored } = this.#cursor;
    if (stored !== null)
      if (stored.epoch === log.epoch) this.#readFrom = stored.seq;
      else this.#cursor.delete();
  }

  /** A message mentions people; it is told once the message is in the log. */
  appended(
    { seq, user, username, at }: Omit<MentionRecord, "room" | "epoch">,
    keys: readonly string[],
  ): void {
    const { name, log } = this.#room;
    this.#unflushed++;
    this.#room.afterFlush(() => {
      this.#unflushed--;
      const { epoch } = log;
      if (epoch === null) return;
      this.#dropReplaced(epoch);
      if (this.#cursor.stored === null) {
        this.#cursor.save({ epoch, seq: seq - 1 });
        this.#alarmAt = Math.min(this.#alarmAt, at + ALARM_MS);
      }
      // The log is read from before this message.
      if (this.#readFrom !== null) return;
      const record = { room: name, epoch, seq, user, username, at };
      if (this.#waitingCount >= WAITING_MAX) this.#readFrom = seq - 1;
      else this.#add(record, keys, at);
    });
  }

  /** The user is erased: nobody else hears of the user. */
  forget(user: string): void {
    for (const queue of this.#queues.values()) {
      const { length } = queue.inFlight;
      const kept = queue.waiting.filter(
        (one, i) => i < length || one.user !== user,
      );
      this.#waitingCount -= queue.waiting.length - kept.length;
      queue.waiting = kept;
    }
  }

  /** The end of each event. @returns when an alarm is wanted; Infinity: none */
  settle(now: number): number {
    this.#dropReplaced(this.#room.log.epoch);
    if (this.#cursor.stored === null) return Infinity;
    if (this.#mayRead) this.#read(now);
    // Where nothing was found, no answer leads to the next step.
    if (this.#mayRead) this.#turn.dueAt ??= now + READ_PAUSE_MS;
    const isDone =
      this.#readFrom === null &&
      this.#waitingCount === 0 &&
      this.#unflushed === 0;
    // After a clock was set back the row is kept for no longer.
    if (isDone && isDue(this.#keepUntil, now, ALARM_MS)) {
      this.#cursor.delete();
      this.#keepUntil = now + ALARM_MS;
      this.#alarmAt = Infinity;
      return Infinity;
    }
    if (this.#alarmAt <= now || this.#alarmAt === Infinity)
      this.#alarmAt = now + ALARM_MS;
    return this.#alarmAt;
  }

  /** A directory that does not answer keeps no other from its mentions. */
  get #mayRead(): boolean {
    const isBusy = !this.#idle.isEmpty || this.#waitingCount >= WAITING_MAX;
    return this.#readFrom !== null && !isBusy;
  }

  /** Forgets what waits if an import has replaced the messages. */
  #dropReplaced(epoch: string | null): void {
    const { stored } = this.#cursor;
    if (stored === null || stored.epoch === epoch) return;
    this.#queues.clear();
    this.#idle.clear();
    this.#calls.clear();
    [this.#waitingCount, this.#readFrom] = [0, null];
    this.#alarmAt = Infinity;
    this.#cursor.delete();
  }

  /** Reads messages that are stored and may not have been told. */
  #read(now: number): void {
    const { log, name } = this.#room;
    const { epoch } = log;
    const from = Math.max(this.#readFrom ?? 0, log.oldest - 1);
    const { lines } = log.after(from, READ_EVENTS);
    this.#readFrom = from + lines.length;
    if (this.#readFrom >= log.head || lines.length === 0) this.#readFrom = null;
    if (epoch === null) return;
    for (const line of lines) {
      if (!line.includes("@")) continue;
      const parsed = v.safeParse(MessageSchema, JSON.parse(line));
      // An edit mentions nobody, and the text is that of the edit.
      if (!parsed.success || parsed.output.edited !== undefined) continue;
      const { text, here, type: _, edited: __, ...message } = parsed.output;
      const found = findMentioned(
        ...([this.#room, message, text, () => here === true] as const),
      );
      this.#add({ ...message, room: name, epoch }, found?.keys ?? [], now);
    }
  }

  #add(record: MentionRecord, keys: readonly string[], now: number): void {
    for (const key of keys) {
      const queue = this.#queues.get(key) ?? new NameQueue(key);
      this.#queues.set(key, queue);
      queue.waiting.push(record);
      this.#waitingCount++;
      if (queue.failures > 0) this.#trim(queue);
      if (queue.state === "idle") this.#idle.add(queue);
    }
    this.#start(now);
  }

  /** Where a directory does not answer, no more waits than it would store. */
  #trim(queue: NameQueue): void {
    const { length } = queue.inFlight;
    const counts = new Map<string, number>();
    const kept = queue.waiting.filter(({ user }, i) => {
      const count = (counts.get(user) ?? 0) + 1;
      counts.set(user, count);
      return i < length || count <= LIMITS.unreadMentionsPerAuthorMax;
    });
    this.#waitingCount -= queue.waiting.length - kept.length;
    queue.waiting = kept;
  }

  /** Makes as many calls as the rate allows. */
  #start(now: number): void {
    this.#turn.dueAt = null;
    for (;;) {
      const queue = this.#idle.next;
      if (queue === undefined) return;
      const wait = this.#bucket.take(CALL_RATE, now);
      if (wait > 0) {
        this.#turn.dueAt = now + Math.min(wait, TURN_WAIT_MAX_MS);
        return;
      }
      this.#idle.take(queue);
      this.#call(queue, now);
    }
  }

  #call(queue: NameQueue, now: number): void {
    const { presence, isRestricted, moderation } = this.#room;
    // Those who are away are looked up where not everybody may be in the room.
    const isSelective = isRestricted || !moderation.restrictions.isEmpty;
    const member = presence.get(queue.to.name);
    queue.toUser = member?.user ?? null;
    if (member !== undefined || !isSelective) this.#calls.send(queue, now);
    else this.#lookUp(queue);
  }

  /** Asks for the user who has the name, who may not be let in. */
  #lookUp(queue: NameQueue): void {
    const { calls, name } = this.#room;
    queue.state = "held";
    calls.add(queue.to, { type: "whois", room: name }, (reply, now) => {
      queue.state = "idle";
      if (this.#queues.get(queue.to.name) !== queue) return;
      if (reply === null) {
        this.#idle.add(queue);
        this.#turn.dueAt ??= now + TURN_WAIT_MAX_MS;
      } else if (
        reply.type === "person" &&
        this.#admits(reply, queue.to.name, now)
      ) {
        queue.toUser = reply.user;
        this.#calls.send(queue, now);
      } else {
        this.#drop(queue, queue.waiting.length);
        this.#start(now);
      }
    });
  }

  #begin(queue: NameQueue): number {
    if (queue.inFlight.length === 0)
      queue.inFlight = queue.waiting
        .slice(0, CALL_MENTIONS_MAX)
        .map((one) =>
          queue.toUser === null ? one : { ...one, toUser: queue.toUser },
        );
    return Math.min(queue.inFlight.length, 1);
  }

  /** The directory has answered; an older release does not know mentions. */
  #done(queue: NameQueue, now: number): void {
    const { length } = queue.inFlight;
    queue.inFlight = [];
    if (this.#queues.get(queue.to.name) !== queue) return;
    this.#drop(queue, length);
    if (queue.waiting.length > 0) this.#idle.add(queue);
    this.#start(now);
  }

  #drop(queue: NameQueue, count: number): void {
    queue.waiting.splice(0, count);
    this.#waitingCount -= count;
    if (queue.waiting.length === 0) this.#queues.delete(queue.to.name);
  }
}
