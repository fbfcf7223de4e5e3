// Event replay: the admin reads how far a room's webhooks are, and has stored events delivered to them once more.
import type {
  EndpointList,
  ReplayEvents,
  Replaying,
  ReplayRefused,
} from "../shared/endpoint-requests.ts";
import type { RoomContext } from "./context.ts";
import type { Log } from "./log.ts";

export function readEndpoints({ events, log }: RoomContext): EndpointList {
  const { epoch, oldest, head } = log;
  const endpoints = events?.states() ?? [];
  return { type: "endpoints", epoch, oldest, head, endpoints };
}

/** Writes a row for each endpoint. The first batch leaves in the same event. */
export function replayEvents(
  { events, reportDelivery, log, effects }: RoomContext,
  { endpoint, start }: ReplayEvents,
): Replaying | ReplayRefused {
  const { epoch, head, oldest } = log;
  const names = events?.states().map(({ name }) => name) ?? [];
  const isKnown = endpoint === undefined || names.includes(endpoint);
  if (events === null || names.length === 0 || !isKnown)
    return refused("unknown");
  if (epoch === null || oldest > head) return refused("empty");
  const wanted = "seq" in start ? start.seq : firstSince(log, start.since);
  if (wanted > head) return { ...refused("empty"), head };
  const from = Math.max(wanted, oldest);
  const endpoints = events.replay(endpoint ?? null, from);
  if (endpoints === null) return refused("gap");
  reportDelivery?.retryNow(endpoint ?? null);
  effects.logs.push({ event: "events replayed", from, to: head });
  return { type: "replaying", epoch, from, to: head, endpoints };
}

/** @returns the first event that is not older than this time, ms since 1970 */
function firstSince(log: Log, since: number): number {
  let [low, high] = [log.oldest, log.head + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = log.line(middle);
    if (line !== null && Number(JSON.parse(line).at) < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

function refused(why: ReplayRefused["why"]): ReplayRefused {
  return { type: "replay-refused", why };
}
