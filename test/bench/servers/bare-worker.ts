// Bare Worker: a minimal Durable Object that relays each frame, and stores each message if told to.
import { DurableObject } from "cloudflare:workers";
import {
  type BareFrame,
  type BarePublish,
  read,
  relayed,
  typing,
  welcome,
} from "./wire.ts";

export interface BareEnv {
  /** True: one SQLite insert for each message. */
  readonly STORES: boolean;
}

interface Env extends BareEnv {
  readonly ROOM: DurableObjectNamespace<BareRoom>;
}

export class BareRoom<E extends BareEnv = Env> extends DurableObject<E> {
  #seq = 0;

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    if (!env.STORES) return;
    const { sql } = ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, body TEXT)",
    );
    const { head } = sql.exec("SELECT max(seq) AS head FROM log").one();
    this.#seq = Number(head ?? 0);
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.method === "POST") return this.#publish(await request.json());
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(
    socket: WebSocket,
    data: string,
  ): void | Promise<void> {
    const frame = read(data);
    if (frame.type === "typing") return this.relayTyping(socket);
    if (frame.type !== "join") return this.relay(socket, frame);
    socket.serializeAttachment(frame.username);
    socket.send(welcome(this.name, frame.username ?? ""));
  }

  /** One message, or a batch: an insert each, for anybody who asks. */
  #publish({ as, messages, ...single }: BarePublish): Response {
    const all = messages ?? [single];
    const receipts = all.map((message) => {
      const seq = this.nextSeq();
      const { shared } = relayed(message, this.name, as.username, seq);
      if (this.env.STORES)
        this.ctx.storage.sql.exec("INSERT INTO log VALUES (?, ?)", seq, shared);
      for (const socket of this.ctx.getWebSockets())
        if (socket.readyState === WebSocket.OPEN) socket.send(shared);
      return { id: message.id, seq };
    });
    return messages === undefined
      ? Response.json(receipts[0], { status: 201 })
      : Response.json({ results: receipts });
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  protected get name(): string {
    return this.ctx.id.name ?? "";
  }

  protected nextSeq(): number {
    return ++this.#seq;
  }

  protected relay(socket: WebSocket, frame: BareFrame): void {
    const seq = this.nextSeq();
    const username = String(socket.deserializeAttachment());
    const { shared, ack } = relayed(frame, this.name, username, seq);
    if (this.env.STORES)
      this.ctx.storage.sql.exec("INSERT INTO log VALUES (?, ?)", seq, shared);
    this.#sendToOthers(socket, shared);
    socket.send(ack);
  }

  protected relayTyping(socket: WebSocket): void {
    this.#sendToOthers(socket, typing(String(socket.deserializeAttachment())));
  }

  #sendToOthers(socket: WebSocket, line: string): void {
    for (const other of this.ctx.getWebSockets())
      if (other !== socket && other.readyState === WebSocket.OPEN)
        other.send(line);
  }
}

export default {
  fetch(request, { ROOM }) {
    const room = new URL(request.url).pathname.split("/")[2] ?? "";
    return ROOM.getByName(room).fetch(request);
  },
} satisfies ExportedHandler<Env>;
