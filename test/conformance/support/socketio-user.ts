// Socket.IO user: the real client of Socket.IO, with an inbox of the events that it hears.
import { io, type ManagerOptions, type SocketOptions } from "socket.io-client";
import { expect, onTestFinished } from "vitest";
import { baseUrl } from "./connection.ts";
import { Inbox } from "./inbox.ts";

/** One event: its name, and its arguments without the offset at the end. */
export interface Heard {
  readonly event: string;
  readonly args: readonly unknown[];
}

export type SocketIoOptions = Partial<ManagerOptions & SocketOptions>;

type Answer = Record<string, unknown>;

export class SocketIoUser {
  readonly socket: ReturnType<typeof io>;
  readonly inbox = new Inbox<Heard>((heard) => JSON.stringify(heard));

  /** @param path below the server's URL, with a namespace or a query */
  constructor(path = "", options: SocketIoOptions = {}) {
    // Other tests in this process must not share the connection.
    // Its URL names a namespace, so the path of a mount is an option.
    const { origin, pathname } = new URL(baseUrl());
    const mount = pathname.replace(/\/$/, "");
    this.socket = io(origin + path, {
      ...{ forceNew: true, path: `${mount}/socket.io/` },
      ...options,
    });
    this.socket.onAny((event: string, ...args: unknown[]) => {
      const isOffset = args.length > 1 && typeof args.at(-1) === "string";
      this.inbox.put({ event, args: isOffset ? args.slice(0, -1) : args });
    });
    this.socket.on("connect", () =>
      this.inbox.put({ event: "connect", args: [this.socket.recovered] }),
    );
    this.socket.on("connect_error", (error) =>
      this.inbox.put({
        event: "connect_error",
        args: [error.message, "data" in error ? error.data : undefined],
      }),
    );
    this.socket.on("disconnect", (reason) =>
      this.inbox.put({ event: "disconnect", args: [reason] }),
    );
    onTestFinished(() => void this.socket.disconnect());
  }

  /** The first argument of all messages that have come, in order. */
  get messages(): unknown[] {
    return this.inbox.seen
      .filter(({ event }) => event === "new message")
      .map(({ args }) => args[0]);
  }

  /** The next unread event of this name. */
  async next(event: string): Promise<readonly unknown[]> {
    const heard = await this.inbox.next((one) => one.event === event, event);
    return heard.args;
  }

  /** The next unread message of this user. */
  async message(payload: unknown): Promise<readonly unknown[]> {
    const fits = ({ event, args }: Heard) =>
      event === "new message" && equals(args[0], payload);
    return (await this.inbox.next(fits, JSON.stringify(payload))).args;
  }

  /** Emits, and returns the acknowledgement. */
  async ask(event: string, ...args: unknown[]): Promise<Answer> {
    return this.socket.timeout(10_000).emitWithAck(event, ...args);
  }

  /** Joins a room, and fails at once if the join is refused. */
  async join(roomname: string, username: string): Promise<Answer> {
    const joined = await this.ask("join room", { roomname, username });
    expect(joined).toMatchObject({ username });
    return joined;
  }

  /** Loses the connection, as on a bad network. */
  lose(): void {
    this.socket.io.engine.close();
  }
}

function equals(a: unknown, b: unknown): boolean {
  return expect.objectContaining({ is: b }).asymmetricMatch({ is: a });
}
