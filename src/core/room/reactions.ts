// Reactions: reactions to messages wait for the flush, which makes one event of those with the same message and emoji.
import { encodeJson } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { ReactedEvent, Reactor } from "../../protocol/room-events.ts";
import type { RoomAck } from "../../protocol/server-frames.ts";
import type { Author } from "./author.ts";
import type { BroadcastQueue, Encoded } from "./broadcast-queue.ts";
import type { Connection } from "./connection.ts";
import type { DedupeWindow } from "./dedupe.ts";
import type { Log } from "./log.ts";
import type { MessageChanges } from "./message-changes.ts";
import {
  addEmoji,
  addReactor,
  emojiCount,
  emojiOf,
  type MessageRecord,
  removeReactor,
} from "./message-record.ts";
import type { MessageState } from "./message-state.ts";

/** A frame that asks for a reaction. */
export interface Reaction {
  readonly of: number;
  readonly emoji: string;
  readonly on: boolean;
  readonly id?: string | undefined;
}

/** The part of a room that reactions need. */
export interface ReactionRoom {
  readonly name: string;
  readonly log: Pick<Log, "head" | "line">;
  readonly messageState: MessageState;
  readonly broadcastQueue: BroadcastQueue;
  readonly dedupe: Pick<DedupeWindow, "skip">;
  encode(event: ReactedEvent): Encoded;
  send(connection: Connection, ack: RoomAck): void;
  afterFlush(done: () => void): void;
}

/** A connection, or a function that is called once the reaction is stored. */
export type AckReceiver = Connection | ((ack: RoomAck) => void);

interface WaitingAck {
  readonly to: AckReceiver;
  readonly id: string | undefined;
  /** It was so already when the frame came. */
  readonly isDuplicate: boolean;
}

/** The wish of one user about one emoji, by all frames since the last flush. */
interface Wish {
  readonly username: string;
  on: boolean;
  /** The id of the frame that has changed it last. */
  id: string | undefined;
  readonly acks: WaitingAck[];
}

/** The wishes about one emoji of one message. */
interface Group {
  /** By public id, in the order of the first frame. */
  readonly wishes: Map<string, Wish>;
  /** The users who will react with it after the flush, less those who do now. */
  change: number;
}

export class Reactions {
  readonly #room: ReactionRoom;
  /** By seq of the message, then by emoji. */
  readonly #waiting = new Map<number, Map<string, Group>>();

  constructor(room: ReactionRoom) {
    this.#room = room;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Are there reactions to this message, now or with the next flush? */
  has(of: number): boolean {
    if (this.#waiting.has(of)) return true;
    const record = this.#room.messageState.find(of);
    return record !== null && emojiCount(record) > 0;
  }

  /**
   * Takes a reaction to a message that is there. It is acked with the next flush,
   * or at once if it is so already.
   *
   * @param to gets the ack
   * @returns false: the message has too many reactions
   */
  add(
    { user, username }: Pick<Author, "user" | "username">,
    { of, emoji, on, id }: Reaction,
    to: AckReceiver,
    now: number,
  ): boolean {
    const { messageState } = this.#room;
    const record = messageState.find(of);
    const one = record === null ? null : emojiOf(record, emoji);
    const since =
      record === null || one === null
        ? undefined
        : messageState.peopleOf(record, one).get(user);
    const known = this.#waiting.get(of)?.get(emoji)?.wishes.get(user);
    const isDuplicate = (known?.on ?? since !== undefined) === on;
    if (isDuplicate && known === undefined) {
      const seq = since ?? one?.last ?? of;
      const first = this.#ackOf(id, seq, true, now);
      if (typeof to === "function") to(first);
      else this.#room.send(to, first);
      return true;
    }
    if (!isDuplicate && on && !this.#hasSpace(record, of, emoji)) return false;
    const group = this.#group(of, emoji);
    const wish = known ?? { username, on: !on, id, acks: [] };
    group.wishes.set(user, wish);
    if (!isDuplicate) {
      [wish.on, wish.id] = [on, id];
      group.change += on ? 1 : -1;
    }
    wish.acks.push({ to, id, isDuplicate });
    return true;
  }

  /** Queues the events of all reactions that wait, each with its acks behind it. */
  flush(changes: MessageChanges, now: number): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [of, groups] of waiting)
      for (const [emoji, { wishes }] of groups)
        this.#flushGroup(of, emoji, [...wishes], changes, now);
  }

  #flushGroup(
    of: number,
    emoji: string,
    wishes: readonly [string, Wish][],
    changes: MessageChanges,
    now: number,
  ): void {
    const { messageState } = this.#room;
    const found = changes.find(of);
    const old = found === null ? null : emojiOf(found, emoji);
    const people =
      found === null || old === null
        ? new Map<string, number>()
        : messageState.peopleOf(found, old);
    const isChange = ([user, { on }]: readonly [string, Wish]) =>
      on !== people.has(user);
    const changed = wishes.filter(isChange);
    const others = wishes.filter((wish) => !isChange(wish));
    for (let i = 0; i < changed.length; i += LIMITS.reactorsPerEventMax)
      this.#append(
        changes.record(of),
        emoji,
        changed.slice(i, i + LIMITS.reactorsPerEventMax),
        changes,
        now,
      );
    for (const [user, { acks }] of others) {
      const seq = people.get(user) ?? old?.last ?? of;
      for (const { to, id, isDuplicate } of acks)
        this.#queueAck(to, this.#ackOf(id, seq, isDuplicate, now));
    }
  }

  /** Queues one event. */
  #append(
    record: MessageRecord,
    emoji: string,
    wishes: readonly [string, Wish][],
    changes: MessageChanges,
    now: number,
  ): void {
    const room = this.#room;
    const { broadcastQueue, log, messageState, name } = room;
    const seq = log.head + broadcastQueue.eventCount + 1;
    const one = emojiOf(record, emoji) ?? addEmoji(record, emoji);
    messageState.peopleOf(record, one);
    const [added, removed]: [Reactor[], Reactor[]] = [[], []];
    for (const [user, { username, on, id }] of wishes) {
      const reactor = { user, username, ...(id !== undefined && { id }) };
      (on ? added : removed).push(reactor);
      if (on) addReactor(one, reactor, seq);
      else removeReactor(one, user, seq);
    }
    changes.noteEmoji(record, one);
    const event: ReactedEvent = {
      ...{ type: "reacted", seq, room: name, of: record.seq, emoji },
      ...{ added, removed, count: one.count, at: now },
    };
    broadcastQueue.event(room.encode(event), null, "");
    room.dedupe.skip();
    for (const [, { acks }] of wishes)
      for (const { to, id, isDuplicate } of acks)
        this.#queueAck(to, ack(id, seq, now, isDuplicate));
  }

  #queueAck(to: AckReceiver, ack: RoomAck): void {
    const { broadcastQueue } = this.#room;
    if (typeof to === "function") this.#room.afterFlush(() => to(ack));
    else broadcastQueue.direct(to, encodeJson(ack));
  }

  /** Makes an ack by an event that is stored. */
  #ackOf(
    id: string | undefined,
    seq: number,
    isDuplicate: boolean,
    now: number,
  ): RoomAck {
    const line = this.#room.log.line(seq);
    const at = line === null ? now : Number(JSON.parse(line).at);
    return ack(id, seq, at, isDuplicate);
  }

  /** May one more user react, as the message will be after the flush? */
  #hasSpace(record: MessageRecord | null, of: number, emoji: string): boolean {
    const waiting = this.#waiting.get(of);
    const counts = new Map<string, number>();
    for (const one of record?.emoji ?? []) counts.set(one.emoji, one.count);
    for (const [one, { change }] of waiting ?? [])
      counts.set(one, (counts.get(one) ?? 0) + change);
    const count = counts.get(emoji) ?? 0;
    const inUse = [...counts.values()].filter((number) => number > 0);
    const total = inUse.reduce((sum, number) => sum + number, 0);
    return (
      count < LIMITS.reactorsPerEmojiMax &&
      total < LIMITS.reactorsPerMessageMax &&
      (count > 0 || inUse.length < LIMITS.emojiPerMessageMax)
    );
  }

  #group(of: number, emoji: string): Group {
    const groups = this.#waiting.get(of) ?? new Map<string, Group>();
    this.#waiting.set(of, groups);
    const group = groups.get(emoji) ?? { wishes: new Map(), change: 0 };
    groups.set(emoji, group);
    return group;
  }
}

function ack(
  id: string | undefined,
  seq: number,
  at: number,
  isDuplicate: boolean,
): RoomAck {
  return {
    type: "ack",
    ...(id !== undefined && { id }),
    ...{ seq, at },
    ...(isDuplicate && { duplicate: true }),
  };
}
