// Device: one device of an SDK user, which records what it sends, what is acked and what is shown.
import {
  connect,
  memoryStorage,
  type Room,
  type SocketClass,
} from "../../../src/client/index.ts";

interface Acked {
  readonly text: string;
  readonly seq: number;
}

export class Device {
  readonly username: string;
  readonly room: Room;
  /** All messages of the room in the order in which they were shown. */
  readonly shown: Acked[] = [];
  /** All private messages, likewise. */
  readonly shownPrivates: string[] = [];
  readonly acked: Acked[] = [];
  readonly ackedPrivates: { readonly text: string; readonly to: string }[] = [];
  /** The refused messages. */
  readonly failed: string[] = [];
  /** Messages with an unknown outcome: they are stored once or not at all. */
  readonly unknown: string[] = [];
  gaps = 0;
  /** How many of `shown` came before the newest gap. */
  shownBeforeGap = 0;
  sentCount = 0;
  /** The reason of each lost connection. */
  readonly losses: string[] = [];

  /**
   * @param token the same on each device of a user
   * @param WebSocket a replacement for the platform's class
   */
  constructor(
    url: string,
    room: string,
    username: string,
    token: string,
    WebSocket?: SocketClass,
  ) {
    this.username = username;
    this.room = connect(url, {
      ...{ room, username, token },
      storage: memoryStorage(),
      ...(WebSocket !== undefined && { WebSocket }),
      history: 200,
    });
    this.room.on("message", ({ text, seq }) => this.shown.push({ text, seq }));
    this.room.client.on("private", ({ text }) => this.shownPrivates.push(text));
    this.room.on("gap", () => {
      this.gaps++;
      this.shownBeforeGap = this.shown.length;
    });
    this.room.on("state", ({ state, reason }) => {
      if (state === "reconnecting") this.losses.push(reason?.code ?? "");
    });
  }

  /** True if the outcome of each message is known, or known to be unknown. */
  get isDone(): boolean {
    const { state } = this.room;
    const { pending } = this.room.client;
    const isOpen = ({ state }: { state: string }) =>
      state === "queued" || state === "sending";
    return state === "connected" && !pending.some(isOpen);
  }

  sendMessage(text: string): void {
    this.sentCount++;
    this.room.send(text).then(
      ({ seq }) => this.acked.push({ text, seq }),
      (error) => this.#failed(text, error.code),
    );
  }

  sendPrivate(to: string, text: string): void {
    this.sentCount++;
    this.room.client.sendPrivate(to, text).then(
      () => this.ackedPrivates.push({ text, to }),
      (error) => this.#failed(text, error.code),
    );
  }

  #failed(text: string, code: string): void {
    if (code === "unknown") this.unknown.push(text);
    else this.failed.push(`${text}: ${code}`);
  }
}
