// Admin attempts: how many wrong secrets a network may show in a minute before it has to wait, right or wrong.
import { networkOf } from "./ip-network.ts";
import { problem } from "./problem.ts";

const ATTEMPTS_MAX = 10;
const MINUTE_MS = 60_000;
/** Networks remembered at once; the oldest is forgotten for one more. */
const NETWORKS_MAX = 10_000;

interface Failures {
  count: number;
  /** When they are forgotten, ms since 1970. */
  until: number;
}

export class AdminAttempts {
  readonly #failures = new Map<string, Failures>();

  /**
   * The answer to somebody who may not go on; null: they may. Asked once it is
   * known whether the secret is right, so that many at once are counted too.
   *
   * @param address where the request comes from; null: not known
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
    // Who shows nothing has guessed nothing.
    if (request.headers.has("Authorization")) this.#count(network, now);
    return unauthorized();
  }

  #count(network: string, now: number): void {
    const failures = this.#current(network, now) ?? { count: 0, until: 0 };
    failures.count++;
    failures.until = now + MINUTE_MS;
    // The newest at the end.
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

  /** null where there are none, or none that still count. */
  #current(network: string, now: number): Failures | null {
    const failures = this.#failures.get(network);
    if (failures === undefined) return null;
    // Also where the clock was set back.
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
  return problem(401, "The secret is not the one of this server.", {
    code: "unauthorized",
    headers: { "WWW-Authenticate": "Bearer" },
  });
}
