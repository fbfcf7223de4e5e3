// Health route: GET /health tells a monitor whether the server works, and what is ill, without the name of anybody.
import type { Env, Hono } from "hono";
import type { Address } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { withDeadline } from "./deadline.ts";

/** The webhooks that fail. */
export interface FailingWebhooks {
  /** Counted once for each room or name. */
  readonly count: number;
  /** When the first of them began to fail, ms since 1970; null: none fails. */
  readonly since: number | null;
}

/** The part of a host that the route needs. */
interface HealthHost {
  /** The reason why writes are not stored, in one word; null: they are. */
  storageProblem(): string | null;
  /** Absent: the host does not know, without waking rooms. */
  failingWebhooks?(): FailingWebhooks;
  /** Calls an object. Rejects if there is no answer. */
  askObject(to: Address, ops: readonly Op[]): Promise<readonly Reply[]>;
}

/** A directory that answers later is as good as none. */
const ANSWER_MS = 3000;
/** Asked once in this time at most, ms: anybody may ask for the health. */
const ASK_AGAIN_MS = 5000;
/** A webhook that fails for longer is stuck, ms: its third attempt has failed. */
export const STUCK_MS = 600_000;
/** No user has a name with a blank, so the object stays empty. */
const PROBED: Address = { kind: "directory", name: "health check" };

/** @param options as of `createApp` */
export function addHealthRoute<E extends Env>(
  app: Hono<E>,
  options: { backend(bindings: E["Bindings"]): HealthHost },
): void {
  const probe = new DirectoryProbe();
  app.get("/health", async (c) => {
    const host = options.backend(c.env);
    const now = Date.now();
    const storage = host.storageProblem();
    if (storage !== null) return c.json({ ok: false, storage }, 503, NO_STORE);
    if (!(await probe.answers(host, now)))
      return c.json({ ok: false, directory: "unreachable" }, 503, NO_STORE);
    const { count = 0, since = null } = host.failingWebhooks?.() ?? {};
    const failingMs = since === null ? 0 : now - since;
    if (failingMs < STUCK_MS) return c.json({ ok: true }, 200, NO_STORE);
    const seconds = Math.floor(failingMs / 1000);
    return c.json({ ok: true, webhooks: { count, seconds } }, 200, NO_STORE);
  });
}

const NO_STORE = { "Cache-Control": "no-store" };

/** Asks a directory nothing, to hear whether it answers. */
class DirectoryProbe {
  #hasAnswered = true;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** Requests that come while another one asks hear the answer before. */
  async answers(host: HealthHost, now: number): Promise<boolean> {
    if (Math.abs(now - this.#askedAt) < ASK_AGAIN_MS) return this.#hasAnswered;
    this.#askedAt = now;
    this.#hasAnswered = await isReachable(host);
    return this.#hasAnswered;
  }
}

async function isReachable(host: HealthHost): Promise<boolean> {
  return (await withDeadline(host.askObject(PROBED, []), ANSWER_MS)) !== null;
}
