// Cursor attachment: the cursors of all endpoints stand in the attachment of one connection, and so outlive a sleep.
import type { EventPosition } from "../event-batches.ts";
import type { EventCursor } from "./event-cursor.ts";
import { formatCursors } from "./event-cursor-format.ts";
import type { CursorCarrier, EventSource, NoticeFeed } from "./event-source.ts";

/** One endpoint's part of the attachment. */
export interface CarriedCursor {
  readonly cursor: EventCursor;
  /** Tells who is in the room; null: the endpoint does not hear it. */
  readonly presence: NoticeFeed | null;
}

/** With the part that stands in the attachment. */
interface Entry extends CarriedCursor {
  position: EventPosition | null;
  stamp: number;
}

export class CursorAttachment<C extends CursorCarrier> {
  readonly #source: Pick<EventSource<C>, "joined" | "persist">;
  readonly #entries: readonly Entry[];
  #alarmAt: number | null = null;
  #carrier: C | null = null;

  constructor(
    source: Pick<EventSource<C>, "joined" | "persist">,
    cursors: readonly CarriedCursor[],
  ) {
    this.#source = source;
    this.#entries = cursors.map(({ cursor, presence }) => ({
      ...{ cursor, presence, position: null, stamp: 0 },
    }));
  }

  /** Has a connection the cursors? */
  get isCarried(): boolean {
    return this.#carrier !== null;
  }

  /** Is the connection that has the cursors still the one to have them? */
  get isCurrent(): boolean {
    const { joined } = this.#source;
    const carrier = this.#carrier;
    return carrier === null ? joined.size === 0 : joined.has(carrier);
  }

  /**
   * Stores the cursors and the alarm in the attachment of a connection.
   *
   * @param alarmAt ms since 1970; null: none is set
   * @returns false if the last connection has left
   */
  update(alarmAt: number | null, now: number): boolean {
    const before = this.#carrier;
    if (!this.isCurrent) [this.#carrier = null] = this.#source.joined;
    const carrier = this.#carrier;
    if (carrier === null) return before === null;
    // This runs in each event of the room, and most of them change nothing.
    const isKnown = carrier === before && carrier.eventCursors !== null;
    const hasChanged = this.#note(alarmAt, now);
    if (isKnown && !hasChanged) return true;
    const cursors = formatCursors(alarmAt, this.#parts());
    if (cursors === carrier.eventCursors) return true;
    carrier.eventCursors = cursors;
    this.#source.persist(carrier);
    return true;
  }

  /** What the attachments have from before would undo a move back. */
  forget(): void {
    for (const connection of this.#source.joined) {
      if (connection.eventCursors === null) continue;
      connection.eventCursors = null;
      this.#source.persist(connection);
    }
  }

  /** @returns true if something has changed */
  #note(alarmAt: number | null, now: number): boolean {
    let hasChanged = alarmAt !== this.#alarmAt;
    this.#alarmAt = alarmAt;
    for (const entry of this.#entries) {
      const { position } = entry.cursor;
      const stamp = entry.presence?.stamp(now) ?? 0;
      if (entry.position === position && entry.stamp === stamp) continue;
      [entry.position, entry.stamp] = [position, stamp];
      hasChanged = true;
    }
    return hasChanged;
  }

  #parts() {
    return this.#entries.flatMap(({ cursor, presence, stamp }) => {
      if (presence === null) return [cursor];
      // Among the cursors, where older releases ignore it.
      const endpoint = presenceName(cursor);
      return [cursor, { endpoint, position: { epoch: "-", seq: stamp } }];
    });
  }
}

/** @returns the name of the stamp among the cursors */
export function presenceName({ endpoint }: Pick<EventCursor, "endpoint">) {
  return `${endpoint}:p`;
}
