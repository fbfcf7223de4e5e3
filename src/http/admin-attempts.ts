// Admin attempts: limits how many wrong admin secrets a network may try in a minute; above it even the right secret waits.
import { networkOf } from "./ip-network.ts";
import { problem } from "./problem.ts";

const ATTEMPTS_MAX = 10;
const MINUTE_MS = 60_000;
/** Networks remembered at once. One more replaces the oldest. */
const NETWORKS_MAX = 10_000;

interface Failures {
  count: number;
  /** When the failures expire, ms since 1970. */
  until: number;
}

export class AdminAttempts {
  readonly #failures = new Map<string, Failures>();

  /**
   * Refuses a request, or returns null. Called after the secret is checked, so
   * that parallel requests are counted too.
   *
   * @param address the client's address; null: not known
   */
  check(
    request: Request,
    address: string | null,
    isRight: boolean,
    now: number,
  ): Response | null {
    const network = networkOf(address ?? "");
    const failures = this.#current(network, now);
    if (failures !== null && failures.count >= ATTEMPTS_MAX)
      return tooMany(failures.until - now);
    if (isRight) return null;
    // A request without a secret is no guess.
    if (request.headers.has("Authorization")) this.#count(network, now);
    return unauthorized();
  }

  #count(network: string, now: number): void {
    const failures = this.#current(network, now) ?? { count: 0, until: 0 };
    failures.count++;
    failures.until = now + MINUTE_MS;
    // Moves the network to the end of the map: the newest.
    this.#failures.delete(network);
    this.#failures.set(network, failures);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= NETWORKS_MAX) break;
      this.#failures.delete(oldest);
    }
    const isLocked = failures.count >= ATTEMPTS_MAX;
    const event = isLocked ? "admin locked" : "admin refused";
    console.log(JSON.stringify({ event, network }));
  }

  /** Returns null if there are no failures, or only expired ones. */
  #current(network: string, now: number): Failures | null {
    const failures = this.#failures.get(network);
    if (failures === undefined) return null;
    // The second half covers a clock that was set back.
    const isOver = now >= failures.until || now < failures.until - MINUTE_MS;
    return isOver ? null : failures;
  }
}

function tooMany(ms: number): Response {
  return problem(429, "Too many wrong secrets from your address.", {
    code: "rate_limited",
    headers: { "Retry-After": String(Math.ceil(ms / 1000)) },
  });
}

function unauthorized(): Response {
  return problem(401, "The secret is wrong.", {
    code: "unauthorized",
    headers: { "WWW-Authenticate": "Bearer" },
  });
}
