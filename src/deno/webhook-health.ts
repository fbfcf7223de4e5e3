// Webhook health: counts the rooms and names whose webhooks fail, from the rows of those that sleep too.
import type { Sql } from "../core/shared/contract.ts";
import type { FailingWebhooks } from "../http/health-route.ts";

/** A row is read again after this time, ms. */
const READ_AGAIN_MS = 5000;

const NONE: FailingWebhooks = { count: 0, since: null };

export class WebhookHealth {
  readonly #sql: Sql;
  readonly #endpoints: readonly string[];
  #hasTable = false;
  #known = NONE;
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param endpoints the names of the webhooks that the server has now */
  constructor(sql: Sql, endpoints: readonly string[]) {
    this.#sql = sql;
    this.#endpoints = endpoints;
  }

  /** Failures of less than ten seconds have no row, and are not counted. */
  check(now: number): FailingWebhooks {
    if (this.#endpoints.length === 0) return NONE;
    if (Math.abs(now - this.#readAt) < READ_AGAIN_MS) return this.#known;
    this.#readAt = now;
    this.#known = this.#read();
    return this.#known;
  }

  #read(): FailingWebhooks {
    this.#hasTable ||=
      this.#sql.exec(
        "SELECT name FROM sqlite_master WHERE name = 'delivery_failure'",
      ).length > 0;
    if (!this.#hasTable) return NONE;
    const [row] = this.#sql.exec(
      `SELECT count(*) AS count, min(json_extract(state, '$.since')) AS since
      FROM delivery_failure
      WHERE endpoint IN (SELECT value FROM json_each(?))
      AND json_extract(state, '$.count') > 0`,
      JSON.stringify(this.#endpoints),
    );
    const count = Number(row?.count ?? 0);
    return count === 0 ? NONE : { count, since: Number(row?.since) };
  }
}
