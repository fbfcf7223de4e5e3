// Failing server: makes a query of the failing Worker fail, or breaks one of its sockets.
import { expect } from "vitest";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { type Server, serve } from "./server.ts";

export interface FailingServer extends Server {
  /**
   * The room's next query that contains this text fails, after it took effect.
   */
  failRoom(room: string, query: string): Promise<void>;
  /** The same for the directory of a name. */
  failDirectory(username: string, query: string): Promise<void>;
  /** From now on each send to this user in the room fails. */
  breakSocket(room: string, username: string): Promise<void>;
}

export function serveFailing(vars: Parameters<typeof serve>[0]): FailingServer {
  const server = serve(vars, "test/cloudflare/support/failing-worker.ts");
  const order = async (...path: string[]) => {
    const url = `${server.url}/${path.map(encodeURIComponent).join("/")}`;
    const { status } = await fetch(url, { method: "POST" });
    expect(status).toBe(204);
  };
  return Object.assign(server, {
    failRoom: (room: string, query: string) =>
      order("fail", "room", room, query),
    failDirectory: (username: string, query: string) =>
      order("fail", "directory", nameKey(username), query),
    breakSocket: (room: string, username: string) =>
      order("break", room, username),
  });
}
