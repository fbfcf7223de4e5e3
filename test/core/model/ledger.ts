// Every event of a room that anybody has seen, by its number: all who see one must see the same.
import assert from "node:assert/strict";
import type { RoomMessage } from "../../../src/protocol/server-frames.ts";
import type { RoomName } from "./actors.ts";

/** What an ack says of the event that it stands for. */
export interface Acked {
  readonly room: RoomName;
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  readonly user: string;
  readonly id: string | undefined;
}

export class Ledger {
  readonly #events = new Map<string, RoomMessage>();
  /** In whatever order they came; repetitions have their own. */
  readonly acks: Acked[] = [];

  /** Promise 1, on sight: under one number everybody sees the same event. */
  see(room: RoomName, epoch: string, event: RoomMessage): void {
    const key = `${room} ${epoch} ${event.seq}`;
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, event);
    else assert.deepEqual(event, known, `two events are ${key}`);
  }

  ack(acked: Acked): void {
    this.acks.push(acked);
  }

  find(room: string, epoch: string, seq: number): RoomMessage | undefined {
    return this.#events.get(`${room} ${epoch} ${seq}`);
  }

  /** All that was seen of a room under that epoch. */
  of(room: string, epoch: string): RoomMessage[] {
    const start = `${room} ${epoch} `;
    return [...this.#events]
      .filter(([key]) => key.startsWith(start))
      .map(([, event]) => event);
  }
}
