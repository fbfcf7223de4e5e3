// Endpoint delivery: the events of one object are so far on their way to one endpoint.
import type { Callee } from "../contract.ts";
import { isDue } from "../deadline.ts";
import type { DeliverEvents, EventPosition } from "../event-batches.ts";
import type { DeliveryFailures } from "./delivery-failures.ts";
import type { Endpoint, Pause } from "./endpoints.ts";
import type { EventBatcher } from "./event-batcher.ts";
import type { EventCursor } from "./event-cursor.ts";
import type { NoticeFeed } from "./event-source.ts";

export interface Delivery {
  readonly to: Callee;
  readonly cursor: EventCursor;
  /** The batch that has no answer yet. */
  inFlight: DeliverEvents | null;
  /** The cursor when it was sent; another one by now: a replay goes first. */
  sentAfter: EventPosition | null;
  /** A replay came after it was sent: a failure of it counts for nothing. */
  isOutdated: boolean;
  readonly failures: DeliveryFailures;
  readonly pause: Pause | null;
  /** Few events wait until this time. */
  pausedUntil: number;
  /** Tells who is in the room; null: the endpoint does not hear it. */
  readonly presence: NoticeFeed | null;
  /** The newest batch told who is in the room: events go first now. */
  hasToldPresence: boolean;
  /** Where there is no connection, no row is written before this time. */
  saveAt: number;
}

/** @returns a delivery that has sent nothing yet */
export function newDelivery(
  { to, pause }: Endpoint,
  parts: Pick<Delivery, "cursor" | "failures" | "presence">,
): Delivery {
  return {
    ...{ ...parts, to, pause, pausedUntil: 0, saveAt: 0 },
    ...{ inFlight: null, sentAfter: null, isOutdated: false },
    hasToldPresence: false,
  };
}

/**
 * Events wait, so that a busy room sends fewer batches. A batch that is full
 * does not.
 *
 * @param batcher has the newest events
 * @param lag the number of the events that wait
 */
export function isPaused(
  { cursor, pause, pausedUntil, failures }: Delivery,
  batcher: Pick<EventBatcher, "isFullAfter">,
  lag: number,
  now: number,
): boolean {
  const { position } = cursor;
  if (pause === null || position === null || lag === 0) return false;
  if (failures.retryAt !== null || isDue(pausedUntil, now, pause.ms))
    return false;
  return lag < pause.eventsMax && !batcher.isFullAfter(position);
}
