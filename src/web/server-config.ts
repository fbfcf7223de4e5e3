// Server configuration: learns from the server if guests may join, and whose pictures the page may show.
import { signal } from "@preact/signals";
import { serverUrl } from "./server-url.ts";

/** After this time the form stays, and an attempt shows the error. */
const CONFIG_TIMEOUT_MS = 10_000;

/** True as long as the server has not answered otherwise. */
export const allowsGuests = signal(true);

/** Origins of pictures that the page's policy allows. */
export const avatarOrigins = signal<readonly string[]>([]);

let loading: Promise<void> | null = null;

/** Asks the server, once until it has answered. A failure changes nothing. */
export function loadServerConfig(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  try {
    const answer = await fetch(new URL("config", serverUrl), {
      signal: AbortSignal.timeout(CONFIG_TIMEOUT_MS),
    });
    const config: { guests?: unknown; avatarOrigins?: unknown } = answer.ok
      ? await answer.json()
      : {};
    if (config.guests === false) allowsGuests.value = false;
    if (Array.isArray(config.avatarOrigins))
      avatarOrigins.value = config.avatarOrigins.map(String);
  } catch {
    // An older server, or none: the error appears at the first attempt.
    loading = null;
  }
}
