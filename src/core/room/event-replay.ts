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
  { events, log, effects }: RoomContext,
  { endpoint, start }: ReplayEvents,
): Replaying | ReplayRefused {
  const { epoch, head } = log;
  const names = events?.states().map(({ name }) => name) ?? [];
  if (endpoint !== undefined && !names.includes(endpoint))
    return refused("unknown");
  if (epoch === null) return refused("empty");
  const wanted = "seq" in start ? start.seq : firstSince(log, start.since);
  const from = Math.min(Math.max(wanted, log.oldest), head + 1);
  const endpoints =
    events === null ? [] : events.replay(endpoint ?? null, from);
  if (endpoints === null) return refused("gap");
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
