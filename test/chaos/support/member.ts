// Member: a raw WebSocket client that can stop reading and send invalid frames.
import { once } from "node:events";
import { WebSocket } from "ws";

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface JoinFields {
  readonly since?: number;
  readonly epoch?: string;
  readonly device?: string;
  readonly history?: number;
}

const PATIENCE_MS = 30_000;

export class Member {
  readonly username: string;
  readonly socket: WebSocket;
  /** All frames in order, without messages of others. */
  readonly frames: Frame[] = [];
  /** The number of messages of others. */
  receivedCount = 0;
  /** The close code. */
  closed: number | null = null;
  readonly #waiting = new Set<() => void>();
  #id = 0;

  private constructor(url: string, room: string, username: string) {
    this.username = username;
    const { host } = new URL(url);
    this.socket = new WebSocket(`ws://${host}/rooms/${room}`, "edge-chat.v1", {
      perMessageDeflate: false,
    });
    this.socket.on("error", () => undefined);
    this.socket.on("close", (code) => {
      this.closed = code;
      this.#wake();
    });
    this.socket.on("message", (data) => {
      for (const line of String(data).split("\n")) this.#take(JSON.parse(line));
      this.#wake();
    });
  }

  /** Connects without a join. */
  static async open(url: string, room: string, name = ""): Promise<Member> {
    const member = new Member(url, room, name);
    await once(member.socket, "open");
    return member;
  }

  static async join(
    url: string,
    room: string,
    username: string,
    fields: JoinFields = {},
  ): Promise<Member> {
    const member = await Member.open(url, room, username);
    const token = `secret-of-${username}`.padEnd(24, "-");
    member.send({ type: "join", username, token, ...fields });
    await member.next(({ type }) => type === "welcome" || type === "error");
    return member;
  }

  get welcome(): Frame | undefined {
    return this.frames.find(({ type }) => type === "welcome");
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /**
   * Sends a message.
   *
   * @returns ms until the ack
   */
  async sendMessage(text: string): Promise<number> {
    const id = `${this.username}-${this.#id++}`;
    const at = performance.now();
    this.send({ type: "message", text, id });
    await this.next((frame) => frame.type === "ack" && frame.id === id);
    return performance.now() - at;
  }

  /** Waits for a frame, which may have arrived already. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    let seen = 0;
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      for (; seen < this.frames.length; seen++) {
        const frame = this.frames[seen];
        if (frame !== undefined && fits(frame)) return frame;
      }
      if (this.closed !== null)
        throw new Error(`${this.username} was closed: ${this.closed}.`);
      if (Date.now() > deadline)
        throw new Error(`${this.username} waited in vain for ${fits}.`);
      await this.#news(deadline);
    }
  }

  /** Ends TCP without a close frame. */
  drop(): void {
    this.socket.terminate();
  }

  #take(frame: Frame): void {
    if (frame.type === "message") this.receivedCount++;
    else this.frames.push(frame);
  }

  #news(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, deadline - Date.now());
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
