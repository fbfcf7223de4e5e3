// Server configuration: learns from the server if guests may join.
import { signal } from "@preact/signals";
import { serverUrl } from "./server-url.ts";

/** After this time the form stays, and an attempt shows the error. */
const CONFIG_TIMEOUT_MS = 10_000;

/** True as long as the server has not answered otherwise. */
export const allowsGuests = signal(true);

/** Asks the server. A failure changes nothing. */
export async function loadServerConfig(): Promise<void> {
  try {
    const answer = await fetch(new URL("config", serverUrl), {
      signal: AbortSignal.timeout(CONFIG_TIMEOUT_MS),
    });
    const config: { guests?: unknown } = answer.ok ? await answer.json() : {};
    if (config.guests === false) allowsGuests.value = false;
  } catch {
    // An older server, or none: the error appears at the first attempt.
  }
}
