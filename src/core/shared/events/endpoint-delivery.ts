// Endpoint delivery: the events of one object are so far on their way to one endpoint.
import type { Callee } from "../contract.ts";
import { isDue } from "../deadline.ts";
import type { DeliverEvents, EventPosition } from "../event-batches.ts";
import type { DeliveryFailures } from "./delivery-failures.ts";
import type { Pause } from "./endpoints.ts";
import type { EventCursor } from "./event-cursor.ts";
import type { NoticeFeed } from "./event-source.ts";

export interface Delivery {
  readonly to: Callee;
  readonly cursor: EventCursor;
  /** The batch that has no answer yet. */
  inFlight: DeliverEvents | null;
  /** The cursor when it was sent; another one by now: a replay goes first. */
  sentAfter: EventPosition | null;
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

/**
 * A few events wait, so that a busy room sends fewer batches.
 *
 * @param lag the number of the events that wait
 */
export function isPaused(
  { pause, pausedUntil, failures }: Delivery,
  lag: number,
  now: number,
): boolean {
  if (pause === null || failures.retryAt !== null) return false;
  if (isDue(pausedUntil, now, pause.ms)) return false;
  return lag > 0 && lag < pause.eventsMax;
}
