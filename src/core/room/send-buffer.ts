// Send buffer: a room collects the frames that one event sends, in the order in which each connection gets them.
import { joinChunks } from "../shared/chunks.ts";
import type { Send } from "../shared/contract.ts";
import type { Encoded } from "./broadcast-queue.ts";
import type { Connection } from "./connection.ts";

/**
 * Lines for one connection are collected and leave in joined frames. A flush
 * for many connections comes after all lines that were added before it.
 */
export class SendBuffer {
  readonly #lines = new Map<Connection, Encoded[]>();
  readonly #sends: Send[] = [];

  /** Adds lines for one connection. */
  add(connection: Connection, encoded: readonly Encoded[]): void {
    const before = this.#lines.get(connection);
    if (before === undefined) this.#lines.set(connection, [...encoded]);
    else before.push(...encoded);
  }

  /** Adds frames that are complete already, for many connections. */
  addFlush(sends: readonly Send[]): void {
    this.#closeLines();
    for (const send of sends) this.#sends.push(send);
  }

  /** Empties the buffer into a list. */
  moveTo(sends: Send[]): void {
    this.#closeLines();
    for (const send of this.#sends) sends.push(send);
    this.#sends.length = 0;
  }

  #closeLines(): void {
    if (this.#lines.size === 0) return;
    for (const [connection, encoded] of this.#lines) {
      const frames = connection.text
        ? encoded.flatMap((one) => one.text())
        : encoded.map((one) => one.json);
      if (frames.length > 0)
        this.#sends.push({
          to: [connection.conn],
          frames:
            connection.batch && !connection.text ? joinChunks(frames) : frames,
        });
    }
    this.#lines.clear();
  }
}
