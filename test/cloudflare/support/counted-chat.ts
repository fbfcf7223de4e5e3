// Counting Worker: the server with counters of its SQL rows, its timers and its constructed objects.
import type { Env } from "../../../src/cloudflare/env.ts";
import app, {
  DirectoryObject as Directory,
  RoomObject as Room,
} from "../../../src/cloudflare/worker.ts";
import type {
  Core,
  Platform,
  SqlValue,
} from "../../../src/core/shared/contract.ts";
import type { ObjectMetrics } from "./object-metrics.ts";

interface Watched extends Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
}

export { ServiceObject } from "../../../src/cloudflare/worker.ts";

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const [, figures, kind, name] = new URL(request.url).pathname.split("/");
    if (figures !== "figures" || name === undefined)
      return app.fetch(request, env, ctx);
    const objects = kind === "room" ? env.ROOM : env.DIRECTORY;
    return Response.json(
      await objects.getByName(decodeURIComponent(name)).figures(),
    );
  },
} satisfies ExportedHandler<Watched>;

class Watch {
  #rows = 0;
  #read = 0;
  #alarms = 0;
  #timer: number | null = null;

  exec(sql: SqlStorage, query: string, values: readonly SqlValue[]) {
    const cursor = sql.exec<Record<string, SqlValue>>(query, ...values);
    const rows = cursor.toArray();
    this.#rows += cursor.rowsWritten;
    this.#read += cursor.rowsRead;
    return rows;
  }

  core(core: Core): Core {
    return {
      on: (event, now) => {
        const effects = core.on(event, now);
        if (effects.alarm !== undefined) this.#alarms++;
        this.#timer = effects.timer;
        return effects;
      },
    };
  }

  figures(): ObjectMetrics {
    return {
      rows: this.#rows,
      read: this.#read,
      alarms: this.#alarms,
      timer: this.#timer,
    };
  }
}

/** By object: the runtime evicts an idle object, and its counters go on. */
const watches = new Map<string, Watch>();

function watchOf({ id }: DurableObjectState): Watch {
  const key = id.toString();
  const watch = watches.get(key) ?? new Watch();
  watches.set(key, watch);
  return watch;
}

export class RoomObject extends Room {
  readonly #watch = watchOf(this.ctx);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    console.log(JSON.stringify({ event: "constructed", room: this.name }));
  }

  protected override createCore(tools: Platform): Core {
    return this.#watch.core(super.createCore(tools));
  }

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.#watch.exec(this.ctx.storage.sql, query, values);
  }

  figures(): ObjectMetrics {
    return this.#watch.figures();
  }
}

export class DirectoryObject extends Directory {
  readonly #watch = watchOf(this.ctx);

  protected override createCore(tools: Platform): Core {
    return this.#watch.core(super.createCore(tools));
  }

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.#watch.exec(this.ctx.storage.sql, query, values);
  }

  figures(): ObjectMetrics {
    return this.#watch.figures();
  }
}
