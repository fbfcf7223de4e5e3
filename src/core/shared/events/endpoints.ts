// Endpoints: the receivers of a room's stored events are the app's hook and each URL of the setting WEBHOOK_URL.
import {
  isEventWanted,
  isPresenceWanted,
} from "../../../protocol/event-filter.ts";
import { matchesRoom } from "../../../protocol/room-pattern.ts";
import type { Settings } from "../../../protocol/settings.ts";
import type { Callee, Platform } from "../contract.ts";
import {
  HOOK_RETRIES,
  type RetryPolicy,
  webhookRetries,
} from "./delivery-failures.ts";

/** A batch waits, so that it has more events. */
export interface Pause {
  /** From one batch to the next, ms. */
  readonly ms: number;
  /** So many events do not wait. */
  readonly eventsMax: number;
}

/** A receiver of events. */
export interface Endpoint {
  /** Names its cursor, for good: no blanks. */
  readonly name: string;
  readonly to: Callee;
  readonly retries: RetryPolicy;
  /** null: events never wait for more of them. */
  readonly pause: Pause | null;
  /** It hears who is in the room. */
  readonly hearsPresence: boolean;
}

/**
 * A busy room sends few webhooks with many events, since a request costs far
 * more than an event. The event of a quiet room goes at once.
 */
const WEBHOOK_PAUSE_MS = 250;
const WAITING_EVENTS_MAX = 100;

/** One app has one cursor in each room. */
const HOOK_NAME = "app";
/** The end of the names of those that get private messages, from directories. */
export const PRIVATE_SUFFIX = ":m";
/** The characters of a URL's hash that name its cursor. */
const NAME_LENGTH = 10;

/** @returns the names of the receivers of private messages */
export function privateEndpointNames(
  platform: Pick<Platform, "hash">,
  settings: Pick<Settings, "WEBHOOK_URL">,
): string[] {
  return endpointNames(platform, settings, false).map(
    (name) => `${name}${PRIVATE_SUFFIX}`,
  );
}

/** @returns the names of all receivers of rooms */
export function endpointNames(
  platform: Pick<Platform, "hash">,
  { WEBHOOK_URL }: Pick<Settings, "WEBHOOK_URL">,
  hearsEvents: boolean,
): string[] {
  const names = WEBHOOK_URL.map((url) => webhookName(platform, url));
  return hearsEvents ? [HOOK_NAME, ...names] : names;
}

/** @returns the name of a webhook's cursor; another URL is another endpoint */
function webhookName(platform: Pick<Platform, "hash">, url: string): string {
  return `w-${platform.hash(`webhook ${url}`).slice(0, NAME_LENGTH)}`;
}

/**
 * @returns the receivers of the private messages to one name; most servers have
 * none
 */
export function privateEndpoints(
  platform: Pick<Platform, "hash">,
  { WEBHOOK_URL, WEBHOOK_EVENTS }: Settings,
  key: string,
): Endpoint[] {
  if (!isEventWanted(WEBHOOK_EVENTS, "private.created")) return [];
  return webhooks(platform, WEBHOOK_URL, key).map((endpoint) => ({
    ...endpoint,
    // A room and a name may be spelled alike, and share a file.
    name: `${endpoint.name}${PRIVATE_SUFFIX}`,
    hearsPresence: false,
  }));
}

const REPORT_SUFFIX = ":r";
const REPORT_CREATED = "report.created";

/** @returns the names of all receivers of reports */
export function reportEndpointNames(names: readonly string[]): string[] {
  return names.map((name) => `${name}${REPORT_SUFFIX}`);
}

/**
 * @param endpoints of the room's events
 * @returns those that hear of its reports, by cursors of their own
 */
export function reportEndpoints(
  endpoints: readonly Endpoint[],
  { WEBHOOK_EVENTS }: Pick<Settings, "WEBHOOK_EVENTS">,
): Endpoint[] {
  return endpoints
    .filter(
      ({ to }) =>
        to.kind !== "webhook" || isEventWanted(WEBHOOK_EVENTS, REPORT_CREATED),
    )
    .map((endpoint) => ({
      ...endpoint,
      name: `${endpoint.name}${REPORT_SUFFIX}`,
      ...{ hearsPresence: false, pause: null },
    }));
}

/** @returns the receivers of a room's events; most servers have none */
export function endpointsOf(
  platform: Pick<Platform, "hash">,
  { WEBHOOK_URL, WEBHOOK_ROOMS, WEBHOOK_EVENTS, ROOM_HISTORY }: Settings,
  room: string,
  hearsEvents: boolean,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  if (hearsEvents)
    endpoints.push({
      name: HOOK_NAME,
      to: { kind: "app", name: "events" },
      retries: HOOK_RETRIES,
      pause: null,
      hearsPresence: false,
    });
  if (WEBHOOK_URL.length === 0 || !matchesRoom(WEBHOOK_ROOMS, room))
    return endpoints;
  const hearsPresence = isPresenceWanted(WEBHOOK_EVENTS);
  const pause: Pause = {
    ms: WEBHOOK_PAUSE_MS,
    // Events that wait must not go from a short history meanwhile.
    eventsMax: Math.min(WAITING_EVENTS_MAX, Math.floor(ROOM_HISTORY / 2)),
  };
  for (const endpoint of webhooks(platform, WEBHOOK_URL, room))
    endpoints.push({ ...endpoint, hearsPresence, pause });
  return endpoints;
}

/** @param object the name of the room or the key of the name */
function webhooks(
  platform: Pick<Platform, "hash">,
  urls: readonly string[],
  object: string,
): Omit<Endpoint, "hearsPresence">[] {
  return [...new Set(urls)].map((url) => {
    const name = webhookName(platform, url);
    const draw = (failures: number) =>
      fractionOf(platform.hash(`${name} ${object} ${failures}`));
    return {
      ...{ name, to: { kind: "webhook", name: url } },
      retries: webhookRetries(draw),
      pause: null,
    };
  });
}

/** @returns a number from 0 to 1 that looks random */
function fractionOf(hash: string): number {
  const [a = 0, b = 0] = [hash.charCodeAt(0), hash.charCodeAt(1)];
  return ((a * 128 + b) % 997) / 997;
}
