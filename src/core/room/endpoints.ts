// Endpoints: the receivers of a room's stored events are the app's hook and each URL of the setting WEBHOOK_URL.
import { matchesRoom } from "../../protocol/room-pattern.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Callee, Platform } from "../shared/contract.ts";
import {
  HOOK_RETRIES,
  type RetryPolicy,
  webhookRetries,
} from "./delivery-failures.ts";

/** A receiver of events. */
export interface Endpoint {
  /** Names its cursor, for good: no blanks. */
  readonly name: string;
  readonly to: Callee;
  readonly retries: RetryPolicy;
}

/** One app has one cursor in each room. */
const HOOK_NAME = "app";
/** The characters of a URL's hash that name its cursor. */
const NAME_LENGTH = 10;

/** @returns the names of all receivers of a server */
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

/** @returns the receivers of a room's events; most servers have none */
export function endpointsOf(
  platform: Pick<Platform, "hash">,
  { WEBHOOK_URL, WEBHOOK_ROOMS }: Settings,
  room: string,
  hearsEvents: boolean,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  if (hearsEvents)
    endpoints.push({
      name: HOOK_NAME,
      to: { kind: "app", name: "events" },
      retries: HOOK_RETRIES,
    });
  if (WEBHOOK_URL.length === 0 || !matchesRoom(WEBHOOK_ROOMS, room))
    return endpoints;
  for (const url of new Set(WEBHOOK_URL)) {
    const name = webhookName(platform, url);
    const draw = (failures: number) =>
      fractionOf(platform.hash(`${name} ${room} ${failures}`));
    endpoints.push({
      ...{ name, to: { kind: "webhook", name: url } },
      retries: webhookRetries(draw),
    });
  }
  return endpoints;
}

/** @returns a number from 0 to 1 that looks random */
function fractionOf(hash: string): number {
  const [a = 0, b = 0] = [hash.charCodeAt(0), hash.charCodeAt(1)];
  return ((a * 128 + b) % 997) / 997;
}
