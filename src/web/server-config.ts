// Server configuration: says whether people may come in without a token of the host's app.
import { signal } from "@preact/signals";
import { serverUrl } from "./server-url.ts";

/** A slow answer is worth as much as none: the form says it after a try. */
const CONFIG_TIMEOUT_MS = 10_000;

/** May guests come in? As long as nothing else is known, they may. */
export const allowsGuests = signal(true);

/** Asks the server. What cannot be learnt changes nothing. */
export async function loadServerConfig(): Promise<void> {
  try {
    const answer = await fetch(new URL("config", serverUrl), {
      signal: AbortSignal.timeout(CONFIG_TIMEOUT_MS),
    });
    const config: { guests?: unknown } = answer.ok ? await answer.json() : {};
    if (config.guests === false) allowsGuests.value = false;
  } catch {
    // An older server, or none: whoever tries to come in is told.
  }
}
