// Counted chat: a chat on Cloudflare with counters of its SQL rows, its timers and its constructed objects.
import type { ChatWithParts } from "../../../src/cloudflare/create-chat.ts";
import type { DirectoryObject as DirectoryBase } from "../../../src/cloudflare/directory-object.ts";
import type { Env } from "../../../src/cloudflare/env.ts";
import type { RoomObject as RoomBase } from "../../../src/cloudflare/room-object.ts";
import type {
  Core,
  Platform,
  SqlValue,
} from "../../../src/core/shared/contract.ts";
import type { ChatTypes } from "../../../src/hooks/hooks.ts";
import type { ObjectMetrics } from "./object-metrics.ts";

interface Counted {
  figures(): ObjectMetrics;
}

interface Watched extends Env {
  readonly ROOM: DurableObjectNamespace<RoomBase & Counted>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryBase & Counted>;
}

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

/** @returns the classes with counters, and a handler that tells the figures */
export function countChat(chat: ChatWithParts<Env, ChatTypes>) {
  const { RoomObject: Room, DirectoryObject: Directory } = chat;

  class RoomObject extends Room {
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

  class DirectoryObject extends Directory {
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

  const handler: ExportedHandler<Watched> = {
    async fetch(request, env, ctx): Promise<Response> {
      const [, figures, kind, name] = new URL(request.url).pathname.split("/");
      if (figures !== "figures" || name === undefined)
        return chat.fetch(request, env, ctx);
      const objects = kind === "room" ? env.ROOM : env.DIRECTORY;
      return Response.json(
        await objects.getByName(decodeURIComponent(name)).figures(),
      );
    },
  };
  return { RoomObject, DirectoryObject, handler };
}
