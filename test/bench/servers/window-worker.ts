// Window Worker: a bare room whose messages wait for a fixed time, and then go in one row and one frame each.
import { type BareEnv, BareRoom } from "./bare-worker.ts";
import { type BareFrame, relayed } from "./wire.ts";

interface Env extends BareEnv {
  readonly ROOM: DurableObjectNamespace<WindowRoom>;
  readonly WINDOW_MS: number;
}

interface Waiting {
  readonly sender: WebSocket;
  readonly seq: number;
  readonly shared: string;
  readonly ack: string;
}

export class WindowRoom extends BareRoom<Env> {
  #waiting: Waiting[] = [];

  protected override relay(sender: WebSocket, frame: BareFrame): void {
    const seq = this.nextSeq();
    const username = String(sender.deserializeAttachment());
    const lines = relayed(frame, this.name, username, seq);
    this.#waiting.push({ sender, seq, ...lines });
    if (this.#waiting.length === 1)
      setTimeout(() => this.#flush(), this.env.WINDOW_MS);
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const shared = batch.map((one) => one.shared).join("\n");
    const { seq = 0 } = batch[0] ?? {};
    this.ctx.storage.sql.exec("INSERT INTO log VALUES (?, ?)", seq, shared);
    const senders = new Set(batch.map(({ sender }) => sender));
    for (const socket of this.ctx.getWebSockets())
      if (socket.readyState === WebSocket.OPEN)
        socket.send(senders.has(socket) ? linesFor(socket, batch) : shared);
  }
}

/** A sender gets acks for its own messages. */
function linesFor(socket: WebSocket, batch: readonly Waiting[]): string {
  return batch
    .map(({ sender, shared, ack }) => (sender === socket ? ack : shared))
    .join("\n");
}

export default {
  fetch(request, { ROOM }) {
    const room = new URL(request.url).pathname.split("/")[2] ?? "";
    return ROOM.getByName(room).fetch(request);
  },
} satisfies ExportedHandler<Env>;
