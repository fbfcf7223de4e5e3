// Bare Worker: a minimal Durable Object that relays each frame, and stores each message if told to.
import { DurableObject } from "cloudflare:workers";
import { read, relayed, welcome } from "./wire.ts";

interface Env {
  readonly ROOM: DurableObjectNamespace<BareRoom>;
  /** True: one SQLite insert for each message. */
  readonly STORES: boolean;
}

export class BareRoom extends DurableObject<Env> {
  #seq = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (!env.STORES) return;
    const { sql } = ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, body TEXT)",
    );
    const { head } = sql.exec("SELECT max(seq) AS head FROM log").one();
    this.#seq = Number(head ?? 0);
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, data: string): void {
    const frame = read(data);
    const room = this.ctx.id.name ?? "";
    if (frame.type === "join") {
      socket.serializeAttachment(frame.username);
      socket.send(welcome(room, frame.username ?? ""));
      return;
    }
    const seq = ++this.#seq;
    const username = String(socket.deserializeAttachment());
    const { shared, ack } = relayed(frame, room, username, seq);
    if (this.env.STORES)
      this.ctx.storage.sql.exec("INSERT INTO log VALUES (?, ?)", seq, shared);
    for (const other of this.ctx.getWebSockets())
      if (other !== socket && other.readyState === WebSocket.OPEN)
        other.send(shared);
    socket.send(ack);
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }
}

export default {
  fetch(request, { ROOM }) {
    const room = new URL(request.url).pathname.split("/")[2] ?? "";
    return ROOM.getByName(room).fetch(request);
  },
} satisfies ExportedHandler<Env>;
