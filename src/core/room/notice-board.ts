// Notice board: a room stores its topic and its pinned messages, in a table that is made when it first has either.
import * as LIMITS from "../../protocol/limits.ts";
import type { RoomEvent } from "../../protocol/room-events.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import type { Log } from "./log.ts";
import { NOTICE_BOARD_TABLES } from "./room-tables.ts";

const MESSAGE = '{"type":"message"';
/** Events of a log that are read at once. */
const STEP = 500;
/** The start of the line of each kind that changes the board. */
const KINDS = ["topic", "pinned", "unpinned"].map(
  (type) => `{"type":"${type}"`,
);

/** A pinned message, and the event that pinned it, by their seqs. */
export interface Pin {
  readonly of: number;
  readonly by: number;
}

export class NoticeBoard {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  #topic = "";
  /** The newest first. */
  #pins: readonly Pin[] = [];

  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "notice board", migrations: NOTICE_BOARD_TABLES, tables },
      unrecorded: unrecorded("notice_board", NOTICE_BOARD_TABLES),
    });
    if (this.#schema.exists) this.#load();
  }

  /** Empty: there is none. */
  get topic(): string {
    return this.#topic;
  }

  /** The newest first. */
  get pins(): readonly Pin[] {
    return this.#pins;
  }

  find(of: number): Pin | undefined {
    return this.#pins.find((pin) => pin.of === of);
  }

  setTopic(topic: string): void {
    this.#topic = topic;
    this.#save();
  }

  /** Adds a pin. A board that is full drops its oldest one. */
  pin(pin: Pin): void {
    this.#pins = [pin, ...this.#pins].slice(0, LIMITS.pinsMax);
    this.#save();
  }

  /** Takes a pin off, if there is one. */
  unpin(of: number): void {
    if (this.find(of) === undefined) return;
    this.#pins = this.#pins.filter((pin) => pin.of !== of);
    this.#save();
  }

  /** Takes off the pins of messages that are no longer stored. */
  trim(oldest: number): void {
    this.keepPins((of) => of >= oldest);
  }

  /** Takes off all other pins. @param isKept tells it by the seq of the message */
  keepPins(isKept: (of: number) => boolean): void {
    const kept = this.#pins.filter(({ of }) => isKept(of));
    if (kept.length === this.#pins.length) return;
    this.#pins = kept;
    this.#save();
  }

  /** Replaces all: the room has another log. */
  replace(topic: string, pins: readonly Pin[]): void {
    const isSame =
      topic === this.#topic && pins.length + this.#pins.length === 0;
    if (isSame) return;
    this.#topic = topic;
    this.#pins = pins.slice(0, LIMITS.pinsMax);
    this.#save();
  }

  #load(): void {
    const [row] = this.#sql.exec(
      "SELECT topic, pins FROM notice_board WHERE room = ?",
      this.#room,
    );
    if (row === undefined) return;
    this.#topic = `${row.topic}`;
    const pins: [number, number][] = JSON.parse(`${row.pins}`);
    this.#pins = pins.map(([of, by]) => ({ of, by }));
  }

  #save(): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO notice_board VALUES (?, ?, ?)",
      this.#room,
      this.#topic,
      JSON.stringify(this.#pins.map(({ of, by }) => [of, by])),
    );
  }
}

/** @returns the fields that tell the clients of a room; none if there is nothing */
export function boardFields({
  topic,
  pins,
}: Pick<NoticeBoard, "topic" | "pins">): { topic?: string; pins?: number[] } {
  return {
    ...(topic !== "" && { topic }),
    ...(pins.length > 0 && { pins: pins.map(({ of }) => of) }),
  };
}

/** @returns the topic and the pins to which the events of a log have led */
export function readBoard(log: Log): { topic: string; pins: Pin[] } {
  let topic = "";
  const pins = new Map<number, Pin>();
  for (let after = log.oldest - 1; after < log.head; ) {
    const { lines } = log.after(after, STEP);
    if (lines.length === 0) break;
    after += lines.length;
    for (const line of lines) {
      if (!KINDS.some((start) => line.startsWith(start))) continue;
      const event: RoomEvent = JSON.parse(line);
      if (event.type === "topic") topic = event.text;
      if (event.type === "pinned") {
        pins.delete(event.of);
        if (log.line(event.of)?.startsWith(MESSAGE))
          pins.set(event.of, { of: event.of, by: event.seq });
      }
      if (event.type === "unpinned") pins.delete(event.of);
    }
  }
  return { topic, pins: [...pins.values()].toReversed() };
}
