// Service object: the Durable Object for all parts of a chat that are neither a room nor a name; its name chooses the service.

import { DurableObject } from "cloudflare:workers";
import { createService } from "../core/service/create-service.ts";
import type { SqlValue } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { codedProblem } from "../http/problem.ts";
import type { ConnectionSettings, RequestFacts } from "../socketio/contract.ts";
import type { Env } from "./env.ts";
import { PollingSession } from "./polling-session.ts";

/**
 * An app exports this class once, and all services run in it, so that no
 * upgrade needs another class. An object named `poll:...` holds a polling
 * client of Socket.IO in its memory, and stores nothing. The object `keys`
 * stores the server keys, and those named `rooms:00` to `rooms:ff` the names of
 * all rooms. An object of any other name refuses everything.
 */
export class ServiceObject extends DurableObject<Env> {
  readonly #polling: PollingSession;

  constructor(ctx: DurableObjectState, env: Env, settings: ConnectionSettings) {
    super(ctx, env);
    this.#polling = new PollingSession(env, settings);
  }

  openPolling(sid: string, facts: RequestFacts) {
    return this.#polling.open(sid, facts);
  }

  poll() {
    return this.#polling.poll();
  }

  post(body: string) {
    return this.#polling.post(body);
  }

  probePolling() {
    return this.#polling.probe();
  }

  handOverPolling() {
    return this.#polling.handOver();
  }

  /** The RPC method, as rooms and directories have it. */
  ask(ops: readonly Op[]): readonly Reply[] {
    const { sql } = this.ctx.storage;
    return this.ctx.storage.transactionSync(() => {
      // A new one each time: there are few requests, and a rollback may take
      // its tables back.
      const core = createService(
        {
          sql: {
            exec: (query, ...values) =>
              sql.exec<Record<string, SqlValue>>(query, ...values).toArray(),
          },
        },
        this.ctx.id.name ?? "",
      );
      const { replies } = core.on({ kind: "asked", ask: {}, ops }, Date.now());
      return replies.flatMap((one) => one.replies);
    });
  }

  override fetch(): Response {
    return codedProblem("unsupported");
  }
}
