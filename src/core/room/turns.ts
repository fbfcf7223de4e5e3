// Turns: frames of a connection wait for the app's verdicts, and for the frames before them, and are handled in the order of arrival.
import * as LIMITS from "../../protocol/limits.ts";
import type { AppVerdict } from "../shared/app-verdicts.ts";
import type { Connection, Turn, TurnQueue } from "./connection.ts";

/** A frame with an id that waits for its verdict. */
interface Pending {
  /** Told of the verdict after the frame has been handled. */
  readonly repeats: ((verdict: AppVerdict, now: number) => void)[];
}

/** The part of a room that the turns need. */
export interface TurnsRoom {
  isOpen(connection: Connection): boolean;
  persist(connection: Connection): void;
}

export class Turns {
  readonly #room: TurnsRoom;
  /** Length of the texts of all frames that wait, in UTF-16 code units. */
  #size = 0;
  /** Frames of all connections about which the app has been asked, without an answer yet. */
  #asked = 0;
  /** Connections with frames about which the app has not been asked yet. */
  readonly #behind = new Set<Connection>();
  readonly #pending = new Map<string, Pending>();

  constructor(room: TurnsRoom) {
    this.#room = room;
  }

  /** May the app be asked about one more frame in the room? */
  get mayAsk(): boolean {
    return this.#asked < LIMITS.roomVerdictsMax;
  }

  /** May one more frame of this size wait? */
  hasPlace({ waiting }: Connection, size: number): boolean {
    // One frame alone may have any size that a room accepts.
    if (waiting === null)
      return this.#size === 0 || this.#size + size <= LIMITS.roomTurnsSizeMax;
    return (
      waiting.turns.length < LIMITS.connectionTurnsMax &&
      waiting.size + size <= LIMITS.connectionTurnsSizeMax &&
      this.#size + size <= LIMITS.roomTurnsSizeMax
    );
  }

  /** Adds a frame behind those of its connection that wait already. */
  add(connection: Connection, turn: Turn, now: number): TurnQueue {
    this.#size += turn.size;
    if (connection.waiting === null) {
      connection.waiting = { turns: [], size: 0, asked: 0, mayLeave: false };
      // A sleep would lose the frame: its connection would be closed then.
      this.#room.persist(connection);
    }
    const queue = connection.waiting;
    queue.turns.push(turn);
    queue.size += turn.size;
    if (turn.ask !== null) {
      this.#behind.add(connection);
      this.#askMore(connection, now);
    }
    return queue;
  }

  /** Notes that the app answers later. */
  noteAsked(queue: TurnQueue): void {
    queue.asked++;
    this.#asked++;
  }

  /** Takes an answer of the app, and handles all frames that it lets go on. */
  answer(
    connection: Connection,
    queue: TurnQueue,
    turn: Turn,
    verdict: AppVerdict,
    now: number,
  ): void {
    queue.asked--;
    this.#asked--;
    turn.verdict = verdict;
    this.advance(connection, now);
    for (const behind of [...this.#behind]) {
      if (!this.mayAsk) break;
      this.#askMore(behind, now);
      this.advance(behind, now);
    }
  }

  /** Handles the frames of a connection up to the first that waits for the app. */
  advance(connection: Connection, now: number): void {
    const queue = connection.waiting;
    if (queue === null) return;
    for (;;) {
      const [first] = queue.turns;
      if (first === undefined || first.verdict === null) break;
      queue.turns.shift();
      queue.size -= first.size;
      this.#size -= first.size;
      first.run(first.verdict, now);
    }
    // A frame that was handled may have led to others.
    if (queue.turns.length > 0 || connection.waiting !== queue) return;
    connection.waiting = null;
    if (this.#room.isOpen(connection)) this.#room.persist(connection);
  }

  /** Asks the app about frames of a connection, in the order of arrival. */
  #askMore(connection: Connection, now: number): void {
    const { waiting: queue } = connection;
    for (const turn of queue?.turns ?? []) {
      if (!this.mayAsk || (queue?.asked ?? 0) >= LIMITS.connectionVerdictsMax)
        return;
      const { ask } = turn;
      turn.ask = null;
      ask?.(now);
    }
    this.#behind.delete(connection);
  }

  /** Notes a frame with an id that waits for its verdict. */
  begin(key: string): void {
    this.#pending.set(key, { repeats: [] });
  }

  /** Does a frame with this id wait for its verdict? */
  isPending(key: string): boolean {
    return this.#pending.has(key);
  }

  /** Calls back when the frame with this id has been handled. */
  onSettled(
    key: string,
    repeat: (verdict: AppVerdict, now: number) => void,
  ): void {
    this.#pending.get(key)?.repeats.push(repeat);
  }

  /** Tells the repeats of a frame how it was handled. */
  settle(key: string, verdict: AppVerdict, now: number): void {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    for (const repeat of pending?.repeats ?? []) repeat(verdict, now);
  }
}
