// Counted Worker: our Worker with a counter for each billed thing; GET /bench/totals returns the counts.
import type { Env } from "../../../src/cloudflare/env.ts";
import worker, {
  DirectoryObject as Directory,
  RoomObject as Room,
} from "../../../src/cloudflare/worker.ts";
import type {
  Core,
  Platform,
  SqlValue,
} from "../../../src/core/shared/contract.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { Meter } from "./meter.ts";
import { noTotals } from "./totals.ts";

export { ServiceObject } from "../../../src/cloudflare/worker.ts";

/** For all objects: in this runtime they share an isolate. */
const totals = noTotals();

export class RoomObject extends Room {
  readonly #meter = new Meter(totals);

  protected override createCore(tools: Platform): Core {
    return this.#meter.core(super.createCore(tools));
  }

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.#meter.exec(this.ctx.storage.sql, query, values);
  }

  override fetch(request: Request): Promise<Response> {
    totals.requests++;
    return super.fetch(request);
  }

  override ask(ops: readonly Op[]): Promise<readonly Reply[]> {
    totals.requests++;
    return super.ask(ops);
  }

  override webSocketMessage(conn: WebSocket, data: string | ArrayBuffer): void {
    totals.frames++;
    super.webSocketMessage(conn, data);
  }
}

export class DirectoryObject extends Directory {
  readonly #meter = new Meter(totals, true);

  protected override createCore(tools: Platform): Core {
    return this.#meter.core(super.createCore(tools));
  }

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.#meter.exec(this.ctx.storage.sql, query, values);
  }

  override ask(ops: readonly Op[]): Promise<readonly Reply[]> {
    totals.requests++;
    return super.ask(ops);
  }

  override alarm(): void {
    totals.requests++;
    super.alarm();
  }
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/bench/totals")
      return Response.json(totals);
    totals.workerRequests++;
    return worker.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;
