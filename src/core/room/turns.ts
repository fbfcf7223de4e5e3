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
  /** Frames of all connections that wait. */
  #count = 0;
  readonly #pending = new Map<string, Pending>();

  constructor(room: TurnsRoom) {
    this.#room = room;
  }

  /** May one more frame wait? */
  hasPlace({ waiting }: Connection): boolean {
    return (
      this.#count < LIMITS.roomVerdictsMax &&
      (waiting?.turns.length ?? 0) < LIMITS.connectionVerdictsMax
    );
  }

  /** Adds a frame behind those of its connection that wait already. */
  add(connection: Connection, turn: Turn): TurnQueue {
    this.#count++;
    if (connection.waiting === null) {
      connection.waiting = { turns: [], mayLeave: false };
      // A sleep would lose the frame: its connection would be closed then.
      this.#room.persist(connection);
    }
    connection.waiting.turns.push(turn);
    return connection.waiting;
  }

  /** Handles the frames of a connection up to the first that waits for the app. */
  advance(connection: Connection, now: number): void {
    const queue = connection.waiting;
    if (queue === null) return;
    for (;;) {
      const [first] = queue.turns;
      if (first === undefined || first.verdict === null) break;
      queue.turns.shift();
      this.#count--;
      first.run(first.verdict, now);
    }
    // A frame that was handled may have led to others.
    if (queue.turns.length > 0 || connection.waiting !== queue) return;
    connection.waiting = null;
    if (this.#room.isOpen(connection)) this.#room.persist(connection);
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
