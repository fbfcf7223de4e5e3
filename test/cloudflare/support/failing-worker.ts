// Failing Worker: the server with faults on demand, in a query that has written or in a socket.
import type { Env } from "../../../src/cloudflare/env.ts";
import app, {
  DirectoryObject as Directory,
  RoomObject as Room,
} from "../../../src/cloudflare/worker.ts";
import type { SqlValue } from "../../../src/core/shared/contract.ts";

interface Failing extends Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
}

export { ServiceObject } from "../../../src/cloudflare/worker.ts";

/** POST /fail/{room|directory}/{name}/{part of a query}, /break/{room}/{user} */
export default {
  async fetch(request, env, ctx): Promise<Response> {
    if (request.method !== "POST") return app.fetch(request, env, ctx);
    const [, what, ...parts] = new URL(request.url).pathname.split("/");
    const [first = "", second = "", query = ""] = parts.map(decodeURIComponent);
    if (what === "break") await env.ROOM.getByName(first).break(second);
    else if (first === "room") await env.ROOM.getByName(second).fail(query);
    else await env.DIRECTORY.getByName(second).fail(query);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Failing>;

class Fault {
  #query: string | null = null;

  /**
   * The next query that contains this text fails, and the database takes back
   * this statement, as it does with each that fails. What the event wrote before
   * is for the object to take back.
   */
  arm(query: string): void {
    this.#query = query;
  }

  /** Throws in place of an error of the database. */
  strike<T>(query: string, values: readonly SqlValue[], rows: T): T {
    if (this.#query === null || !query.includes(this.#query)) return rows;
    this.#query = null;
    // As database errors do, it quotes the values.
    throw new Error(`No: ${query} ${values.join(" ")}`);
  }
}

export class RoomObject extends Room {
  readonly #fault = new Fault();

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.ctx.storage.transactionSync(() =>
      this.#fault.strike(query, values, super.exec(query, values)),
    );
  }

  fail(query: string): void {
    this.#fault.arm(query);
  }

  /** From now on each send to this user fails. */
  break(username: string): void {
    for (const socket of this.ctx.getWebSockets())
      if (JSON.stringify(socket.deserializeAttachment()).includes(username))
        socket.send = () => {
          throw new TypeError("This socket is broken.");
        };
  }
}

export class DirectoryObject extends Directory {
  readonly #fault = new Fault();

  protected override exec(query: string, values: readonly SqlValue[]) {
    return this.ctx.storage.transactionSync(() =>
      this.#fault.strike(query, values, super.exec(query, values)),
    );
  }

  fail(query: string): void {
    this.#fault.arm(query);
  }
}
