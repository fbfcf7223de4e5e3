// Server configuration: says whether people may come in without a token of the host's app.
import { signal } from "@preact/signals";
import { serverUrl } from "./server-url.ts";

/** A slow answer is worth as much as none: the form says it after a try. */
const ANSWER_MS = 10_000;

/** May guests come in? As long as nothing else is known, they may. */
export const takesGuests = signal(true);

/** Asks the server. What cannot be learnt changes nothing. */
export async function loadServerConfig(): Promise<void> {
  try {
    const answer = await fetch(new URL("config", serverUrl), {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const config: { guests?: unknown } = answer.ok ? await answer.json() : {};
    if (config.guests === false) takesGuests.value = false;
  } catch {
    // An older server, or none: whoever tries to come in is told.
  }
}
