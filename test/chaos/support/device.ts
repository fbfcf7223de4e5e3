// One device of somebody who talks by the SDK: what it wrote, what was acked, and what it was shown.
import {
  type Chat,
  connect,
  memoryStorage,
  type SocketClass,
} from "../../../src/client/index.ts";

interface Acked {
  readonly text: string;
  readonly seq: number;
}

export class Device {
  readonly username: string;
  readonly chat: Chat;
  /** Everything in the room, in the order in which it was shown. */
  readonly shown: Acked[] = [];
  /** Everything private, likewise. */
  readonly shownPrivates: string[] = [];
  readonly acked: Acked[] = [];
  readonly ackedPrivates: { readonly text: string; readonly to: string }[] = [];
  /** What was refused. */
  readonly failed: string[] = [];
  /** Of these it said that it cannot know: they are there once, or not at all. */
  readonly unknown: string[] = [];
  gaps = 0;
  sentCount = 0;
  /** Why connections were lost, one by one. */
  readonly losses: string[] = [];

  /**
   * @param token the same one on each device of a person
   * @param WebSocket another one than this place has
   */
  constructor(
    url: string,
    room: string,
    username: string,
    token: string,
    WebSocket?: SocketClass,
  ) {
    this.username = username;
    this.chat = connect(url, {
      ...{ room, username, token },
      storage: memoryStorage(),
      ...(WebSocket !== undefined && { WebSocket }),
      history: 200,
    });
    this.chat.on("message", ({ text, seq }) => this.shown.push({ text, seq }));
    this.chat.on("private", ({ text }) => this.shownPrivates.push(text));
    this.chat.on("gap", () => {
      this.gaps++;
    });
    this.chat.on("state", ({ state, reason }) => {
      if (state === "reconnecting") this.losses.push(reason?.code ?? "");
    });
  }

  /** Is it known, of everything, what became of it, or that it is not? */
  get isDone(): boolean {
    const { state, pending } = this.chat;
    const isOpen = ({ state }: { state: string }) =>
      state === "queued" || state === "sending";
    return state === "connected" && !pending.some(isOpen);
  }

  sendMessage(text: string): void {
    this.sentCount++;
    this.chat.send(text).then(
      ({ seq }) => this.acked.push({ text, seq }),
      (error) => this.#failed(text, error.code),
    );
  }

  sendPrivate(to: string, text: string): void {
    this.sentCount++;
    this.chat.sendPrivate(to, text).then(
      () => this.ackedPrivates.push({ text, to }),
      (error) => this.#failed(text, error.code),
    );
  }

  #failed(text: string, code: string): void {
    if (code === "unknown") this.unknown.push(text);
    else this.failed.push(`${text}: ${code}`);
  }
}
