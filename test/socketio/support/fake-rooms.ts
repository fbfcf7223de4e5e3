// Fake rooms: connects one Socket.IO client in memory to rooms whose frames a test writes.

import {
  DEFAULT_SETTINGS,
  type Settings,
} from "../../../src/protocol/settings.ts";
import { Connection } from "../../../src/socketio/connection.ts";
import { connectionSettings } from "../../../src/socketio/connection-settings.ts";
import type {
  ConnectionState,
  RoomPortEvents,
} from "../../../src/socketio/contract.ts";
import { ClientSocket } from "./engine-server.ts";

type Frame = Record<string, unknown>;

/** The room's end of a connection. */
export class FakeRoom {
  readonly name: string;
  readonly received: Frame[] = [];
  isClosed = false;
  readonly #events: RoomPortEvents;

  constructor(name: string, events: RoomPortEvents) {
    this.name = name;
    this.#events = events;
  }

  take(frame: string): void {
    this.received.push(JSON.parse(frame));
  }

  /** The next frame that the test has not looked at, without pings. */
  read(): Frame | undefined {
    const frame = this.received.shift();
    return frame?.type === "ping" ? this.read() : frame;
  }

  /** Sends frames in one batch. */
  say(...frames: object[]): void {
    const text = frames.map((frame) => JSON.stringify(frame)).join("\n");
    this.#events.frame(text, 0);
  }

  close(code: number): void {
    this.isClosed = true;
    this.#events.closed(code, 0);
  }

  welcome(more: Frame = {}, ...after: object[]): void {
    this.say(
      {
        type: "welcome",
        room: this.name,
        username: "alice",
        user: "user-of-alice",
        epoch: "e1",
        seq: 0,
        mail: 0,
        mailEpoch: 1,
        members: ["alice"],
        count: 1,
        resumed: false,
        gap: false,
        more: false,
        limits: {},
        ...more,
      },
      ...after,
    );
  }
}

/** The message with this number. */
export function message(seq: number, more: Frame = {}): Frame {
  const sender = { user: "user-of-bob", username: "bob" };
  return {
    ...{ type: "message", seq, room: "lobby", ...sender },
    ...{ text: `text ${seq}`, at: seq, ...more },
  };
}

export function page(messages: readonly object[], more = false): Frame {
  return { type: "history", messages, more, epoch: "e1" };
}

export class FakeBridge {
  readonly rooms: FakeRoom[] = [];
  readonly socket = new ClientSocket();
  readonly connection: Connection;
  hasEnded = false;

  /** @param state of a client that comes from another process */
  constructor({
    settings = {},
    framesMax = 1000,
    state = null,
  }: {
    settings?: Partial<Settings>;
    framesMax?: number;
    state?: ConnectionState | null;
  } = {}) {
    let count = 0;
    this.connection = new Connection({
      sid: "session",
      facts: state?.facts ?? { room: null, username: null, token: null },
      settings: connectionSettings(
        { ...DEFAULT_SETTINGS, ...settings },
        framesMax,
      ),
      now: 0,
      host: {
        hash: (text) => `hash-${text}`,
        random: (bytes) =>
          `${count++}`.padStart(Math.ceil((bytes * 4) / 3), "r"),
        closed: () => {
          this.hasEnded = true;
        },
        openRoom: (name, events) => {
          const room = new FakeRoom(name, events);
          this.rooms.push(room);
          return {
            send: (frame) => room.take(frame),
            close: () => {
              room.isClosed = true;
            },
          };
        },
      },
    });
    const { engine } = this.connection;
    this.socket.onFrame = (frame) => engine.frame(this.socket, frame, 0);
    if (state === null) {
      engine.openSocket(this.socket);
      this.socket.read();
    } else this.connection.takeOver(state, this.socket);
  }

  /** Sends a Socket.IO packet. */
  say(packet: string): void {
    this.socket.say(`4${packet}`);
  }

  emit(...args: unknown[]): void {
    this.say(`2${JSON.stringify(args)}`);
  }

  /** The payload of the packet that lets the client in; null: none came. */
  letIn(): unknown {
    const at = this.socket.received.findIndex((frame) =>
      String(frame).startsWith("40"),
    );
    const [packet] = at < 0 ? [] : this.socket.received.splice(at, 1);
    return packet === undefined ? null : JSON.parse(String(packet).slice(2));
  }

  /** The arguments of the events that the client has not read. */
  heard(): unknown[][] {
    const events: unknown[][] = [];
    for (;;) {
      const frame = this.socket.read();
      if (frame === undefined) return events;
      if (String(frame).startsWith("42"))
        events.push(JSON.parse(String(frame).slice(2)));
    }
  }

  /** Lets the client in, and into a room. */
  join(name = "lobby"): FakeRoom {
    if (this.rooms.length === 0) this.say("0");
    this.emit("join room", { roomname: name, username: "alice" });
    const room = this.rooms.at(-1);
    if (room === undefined) throw new Error("No room was opened.");
    room.read();
    room.welcome({ room: name }, { ...page([]) });
    this.heard();
    return room;
  }
}

/** The texts of the messages among events. */
export function texts(events: unknown[][]): unknown[] {
  return events
    .filter(([name]) => name === "new message")
    .map(([, payload]) =>
      typeof payload === "object" && payload !== null && "message" in payload
        ? payload.message
        : payload,
    );
}

/** The packet of a reconnect, and the answer to it. */
export function reconnect(
  offset: string,
  pid = `${"p".repeat(32)}.0`,
): FakeBridge {
  const bridge = new FakeBridge();
  bridge.say(`0${JSON.stringify({ pid, offset })}`);
  return bridge;
}
