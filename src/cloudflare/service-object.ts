// Service object: the Durable Object for all parts of a chat that are neither a room nor a name; its name chooses the service.

import { createService } from "../core/service/create-service.ts";
import type { Core, Platform } from "../core/shared/contract.ts";
import { codedProblem } from "../http/problem.ts";
import type { ConnectionSettings, RequestFacts } from "../socketio/contract.ts";
import { CoreObject, type ObjectConfig } from "./core-object.ts";
import type { Env } from "./env.ts";
import { PollingSession } from "./polling-session.ts";

/**
 * An app exports this class once, and all services run in it, so that no
 * upgrade needs another class. An object named `poll:...` holds a polling
 * client of Socket.IO in its memory, and stores nothing. The object `keys`
 * stores the server keys, and those named `rooms:00` to `rooms:ff` the names of
 * all rooms. The object `erasures` erases users. An object of any other name
 * refuses everything.
 */
export class ServiceObject extends CoreObject {
  readonly #polling: PollingSession;

  constructor(
    ctx: DurableObjectState,
    env: Env,
    config: ObjectConfig,
    settings: ConnectionSettings,
  ) {
    super(ctx, env, config);
    this.#polling = new PollingSession(env, settings);
  }

  protected override get label() {
    return { service: this.name.split(":")[0] ?? "" };
  }

  protected override createCore(platform: Platform): Core {
    return createService(platform, this.name);
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

  override fetch(): Response {
    return codedProblem("unsupported");
  }
}
