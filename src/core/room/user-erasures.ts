// User erasures: a room takes a user out of its log and of the state of its messages, some rows an event, and hides the rest until then.
import { mentionedNames } from "../../protocol/mentions.ts";
import { nameKey } from "../../protocol/name-key.ts";
import type { RoomMessage } from "../../protocol/room-events.ts";
import { ERASED_NAME } from "../shared/erase-requests.ts";
import type { StoredTables } from "../shared/schema.ts";
import { withoutUser } from "./erased-user-lines.ts";
import { newestAuthors } from "./known-authors.ts";
import { LogSweep, type SweptLines } from "./log-sweep.ts";
import { boardFields } from "./notice-board.ts";
import type { SweptRoom } from "./swept-room.ts";
import { UserErasureTable } from "./user-erasure-table.ts";

/** A user who is being erased, and what has been found so far. */
export interface UserErasure {
  readonly user: string;
  /** Keys of the names that the user had here. */
  readonly keys: Set<string>;
  /** Keys of names that the user has mentioned. */
  readonly addressees: Set<string>;
  /** Nothing is left in the log, and in the state of messages. */
  isSwept: boolean;
}

interface Pending extends UserErasure {
  readonly sweep: LogSweep;
  readonly last: number;
  /** The records of all messages up to this seq are done; null: all are. */
  stateAfter: number | null;
  /** Something was found. */
  hasChanged: boolean;
  isStored: boolean;
  /** What is stored is older than what is known. */
  isStale: boolean;
}

export class UserErasures {
  readonly #room: SweptRoom;
  readonly #table: UserErasureTable;
  readonly #maskChanged: () => void;
  readonly #pending = new Map<string, Pending>();

  /** Only reads. */
  constructor(room: SweptRoom, tables: StoredTables, maskChanged: () => void) {
    this.#room = room;
    this.#maskChanged = maskChanged;
    this.#table = new UserErasureTable(room.platform.sql, room.name, tables);
    for (const stored of this.#table.read()) {
      const { user, last, isSwept, keys, addressees } = stored;
      const one = this.#pendingOf(user, last);
      this.#pending.set(user, one);
      [one.isStored, one.isSwept] = [true, isSwept];
      // What was found before a crash is not known: clients may have it.
      one.hasChanged = true;
      for (const key of keys) one.keys.add(key);
      for (const key of addressees) one.addressees.add(key);
    }
    this.#hide();
  }

  /** Are there rows left to look through? */
  get isIdle(): boolean {
    return this.#sweeping().length === 0;
  }

  find(user: string): UserErasure | undefined {
    return this.#pending.get(user);
  }

  /**
   * Erases a user, as far as one event goes. The rest is read by nobody from now
   * on. What waits has to be flushed before.
   *
   * @param isKnown something else of the user was found
   */
  begin(user: string, isKnown: boolean): UserErasure {
    const { log } = this.#room;
    const one = this.#pendingOf(user, log.head);
    const before = this.#pending.get(user);
    this.#pending.set(user, one);
    one.hasChanged = isKnown;
    if (before !== undefined) {
      // What it has found is not confirmed yet.
      for (const key of before.keys) one.keys.add(key);
      for (const key of before.addressees) one.addressees.add(key);
      [one.isStored, one.isStale] = [before.isStored, true];
      one.hasChanged ||= before.hasChanged;
    }
    this.#hide();
    // Lines that wait in memory for endpoints are read anew.
    this.#room.rewrite(new Map());
    this.#sweepOne(one);
    return one;
  }

  /** Notes names that were found elsewhere; they are stored with this event. */
  note(user: string, names: Iterable<string>): void {
    const one = this.#pending.get(user);
    if (one !== undefined) noteNames(one, names);
  }

  /** Stores what has changed, at the end of an event. */
  store(): void {
    for (const one of this.#pending.values()) {
      const isNeeded = one.isStored || one.hasChanged || !one.isSwept;
      if (!isNeeded) {
        this.#pending.delete(one.user);
        this.#hide();
      } else if (one.isStale || !one.isStored) {
        const { user, last, isSwept, keys, addressees } = one;
        this.#table.write({
          ...{ user, last, isSwept },
          ...{ keys: [...keys], addressees: [...addressees] },
        });
        [one.isStored, one.isStale] = [true, false];
      }
    }
  }

  /** Somebody else keeps the names: the room forgets the user. */
  confirm(user: string): void {
    if (this.#pending.get(user)?.isSwept !== true) return;
    this.#pending.delete(user);
    this.#table.delete(user);
  }

  /** Looks through the next rows for the first user. */
  sweep(): void {
    const [first] = this.#sweeping();
    if (first === undefined) return;
    this.#sweepOne(first);
    this.store();
  }

  /** Replaces lines that nobody may read any more. @param first the seq of the first */
  mask(first: number, lines: string[]): void {
    for (const { user, last } of this.#sweeping())
      for (const [i, line] of lines.entries())
        if (first + i <= last) lines[i] = withoutUser(user, line)?.line ?? line;
  }

  #sweeping(): Pending[] {
    return [...this.#pending.values()].filter(({ isSwept }) => !isSwept);
  }

  #pendingOf(user: string, last: number): Pending {
    const { platform, name, log } = this.#room;
    const one: Pending = {
      ...{ user, last, keys: new Set(), addressees: new Set() },
      sweep: new LogSweep({
        ...{ sql: platform.sql, room: name, from: log.oldestStored, to: last },
        text: JSON.stringify(user),
        replace: (first, lines) => this.#replace(one, first, lines),
      }),
      ...{ stateAfter: 0, isSwept: false, hasChanged: false },
      ...{ isStored: false, isStale: false },
    };
    return one;
  }

  #replace(one: Pending, first: number, lines: readonly string[]): SweptLines {
    const changes = new Map<number, string>();
    const erased: SweptLines["erased"][number][] = [];
    for (const [i, line] of lines.entries()) {
      const seq = first + i;
      const left = seq > one.last ? null : withoutUser(one.user, line);
      if (left === null) continue;
      changes.set(seq, left.line);
      noteNames(one, left.names);
      this.#clearTopic(line, left.line);
      if (left.erased === null) continue;
      erased.push(left.erased);
      this.#noteMentioned(one, left.erased);
    }
    return { changes, erased };
  }

  /** Those whom a message mentions have a mention by the user. */
  #noteMentioned(one: Pending, message: RoomMessage): void {
    const { text, edited, mentions = [] } = message;
    const note = (key: string) => {
      if (one.addressees.has(key)) return;
      one.addressees.add(key);
      one.isStale = true;
    };
    for (const names of mentionedNames(text)) names.map(nameKey).forEach(note);
    if (edited === undefined || mentions.length === 0) return;
    // The text that has mentioned them is gone: their messages tell their names.
    for (const { user, username } of newestAuthors(this.#room.log))
      if (mentions.includes(user)) note(nameKey(username));
  }

  /** The topic that the user has set is a text of the user. */
  #clearTopic(line: string, left: string): void {
    if (!line.startsWith(TOPIC)) return;
    const { text }: { text: string } = JSON.parse(line);
    const { board } = this.#room;
    if (JSON.parse(left).text === "" && text !== "" && text === board.topic)
      board.setTopic("");
  }

  #sweepOne(one: Pending): void {
    const { erasures, log, messageState, board } = this.#room;
    if (!one.sweep.isDone) {
      const { changes, erased } = one.sweep.nextPart();
      if (changes.size > 0) {
        this.#room.rewrite(changes);
        one.hasChanged = true;
      }
      if (erased.length > 0) {
        messageState.erasedAll(erased);
        const seqs = new Set(erased.map(({ seq }) => seq));
        board.keepPins((seq) => !seqs.has(seq));
        erasures.addAll(log.epoch ?? "", [...seqs]);
      }
    }
    // A log without further rows takes no event of its own.
    if (one.sweep.isDone && one.stateAfter !== null) {
      const { next, names } = messageState.forgetUser(one.user, one.stateAfter);
      noteNames(one, names);
      if (names.length > 0) one.hasChanged = true;
      one.stateAfter = next;
    }
    if (!one.sweep.isDone || one.stateAfter !== null) return;
    one.isSwept = one.isStale = true;
    this.#hide();
    if (one.hasChanged) this.#resetClients();
  }

  #hide(): void {
    const users = this.#sweeping().map(({ user }) => user);
    this.#room.messageState.hide(new Set(users));
    this.#maskChanged();
  }

  /** Clients have what is gone: they read the room anew. */
  #resetClients(): void {
    const { log, board } = this.#room;
    const { epoch, head: seq } = log;
    if (epoch === null) return;
    const frame = { type: "reset", epoch, seq, ...boardFields(board) } as const;
    this.#room.broadcast(frame, new Set());
  }
}

const TOPIC = '{"type":"topic"';

function noteNames(one: Pending, names: Iterable<string>): void {
  for (const name of names) {
    const key = nameKey(name);
    if (name === ERASED_NAME || one.keys.has(key)) continue;
    one.keys.add(key);
    one.isStale = true;
  }
}
