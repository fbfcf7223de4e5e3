// Ledger: the model collects every event that a client has seen by its number, and checks that all clients see the same.
import assert from "node:assert/strict";
import type { RoomEvent } from "../../../src/protocol/server-frames.ts";
import type { RoomName } from "./actors.ts";
import { expectData } from "./message-data.ts";

/** The fields of an ack, with the room and user that it belongs to. */
export interface AckRecord {
  readonly room: RoomName;
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  readonly user: string;
  readonly id: string | undefined;
}

export class Ledger {
  readonly #events = new Map<string, RoomEvent>();
  /** All acks in the order of their arrival, also those of repeated messages. */
  readonly acks: AckRecord[] = [];

  /** Checks promise 1: all clients see the same event under one number. */
  addEvent(room: RoomName, epoch: string, event: RoomEvent): void {
    if (event.type === "message") expectData(event);
    const key = `${room} ${epoch} ${event.seq}`;
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, event);
    else assert.deepEqual(event, known, `two events are ${key}`);
  }

  addAck(acked: AckRecord): void {
    this.acks.push(acked);
  }

  find(room: string, epoch: string, seq: number): RoomEvent | undefined {
    return this.#events.get(`${room} ${epoch} ${seq}`);
  }

  /** All events that clients have seen of a room, each with its epoch. */
  allOf(room: string): [string, RoomEvent][] {
    return [...this.#events].flatMap(([key, event]) => {
      const [place, epoch = ""] = key.split(" ");
      return place === room
        ? [[epoch, event] satisfies [string, RoomEvent]]
        : [];
    });
  }

  /** All events that clients have seen of a room in one epoch. */
  of(room: string, epoch: string): RoomEvent[] {
    const start = `${room} ${epoch} `;
    return [...this.#events]
      .filter(([key]) => key.startsWith(start))
      .map(([, event]) => event);
  }
}
