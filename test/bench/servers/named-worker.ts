// Named Worker: a bare room, and a bare object for each name, with one insert for a join or a private message.
import { DurableObject } from "cloudflare:workers";
import { type BareEnv, BareRoom } from "./bare-worker.ts";
import { type BareFrame, privateLines, read, welcome } from "./wire.ts";

interface Env extends BareEnv {
  readonly ROOM: DurableObjectNamespace<NamedRoom>;
  readonly NAME: DurableObjectNamespace<NameObject>;
}

export class NamedRoom extends BareRoom<Env> {
  readonly #sockets = new Map<string, WebSocket>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    for (const socket of ctx.getWebSockets())
      this.#sockets.set(String(socket.deserializeAttachment()), socket);
  }

  override async webSocketMessage(
    socket: WebSocket,
    data: string,
  ): Promise<void> {
    const frame = read(data);
    if (frame.type === "join") await this.#join(socket, frame);
    else if (frame.type === "private") await this.#post(socket, frame);
    else if (frame.type === "typing") this.relayTyping(socket);
    else this.relay(socket, frame);
  }

  override webSocketClose(socket: WebSocket): void {
    const username = String(socket.deserializeAttachment());
    if (this.#sockets.get(username) === socket) this.#sockets.delete(username);
    super.webSocketClose(socket);
  }

  /** Returns false if no connection has this name. */
  deliver(username: string, line: string): boolean {
    const socket = this.#sockets.get(username);
    socket?.send(line);
    return socket !== undefined;
  }

  async #join(socket: WebSocket, { username = "" }: BareFrame): Promise<void> {
    await this.env.NAME.getByName(username).enter(this.name);
    socket.serializeAttachment(username);
    this.#sockets.set(username, socket);
    socket.send(welcome(this.name, username));
  }

  async #post(socket: WebSocket, frame: BareFrame): Promise<void> {
    const username = String(socket.deserializeAttachment());
    const { line, ack } = privateLines(frame, username);
    await this.env.NAME.getByName(frame.to ?? "").post(line);
    socket.send(ack);
  }
}

export class NameObject extends DurableObject<Env> {
  /** The room that the user entered last, and the last row. */
  #state: { room: string; seq: number } | null = null;

  /**
   * The name's room is the row 0. A table that the constructor made would take
   * a commit of its own.
   */
  enter(room: string): void {
    const state = this.#state ?? this.#read();
    this.#state = { room, seq: state?.seq ?? 0 };
    const { sql } = this.ctx.storage;
    sql.exec("INSERT OR REPLACE INTO log VALUES (0, ?)", room);
  }

  /**
   * Stores a private message, and resolves when the room has it. A name that
   * nobody ever had gets nothing.
   */
  async post(line: string): Promise<void> {
    this.#state ??= this.#read();
    if (this.#state === null) return;
    const seq = ++this.#state.seq;
    this.ctx.storage.sql.exec("INSERT INTO log VALUES (?, ?)", seq, line);
    const room = this.env.ROOM.getByName(this.#state.room);
    await room.deliver(this.ctx.id.name ?? "", line);
  }

  /** After a sleep the storage knows both. A table that exists costs no row. */
  #read(): { room: string; seq: number } | null {
    const { sql } = this.ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, body TEXT)",
    );
    const [row] = sql
      .exec(
        "SELECT body, (SELECT max(seq) FROM log) AS seq FROM log WHERE seq = 0",
      )
      .toArray();
    return row === undefined
      ? null
      : { room: String(row.body), seq: Number(row.seq) };
  }
}

export default {
  fetch(request, { ROOM }) {
    const room = new URL(request.url).pathname.split("/")[2] ?? "";
    return ROOM.getByName(room).fetch(request);
  },
} satisfies ExportedHandler<Env>;
