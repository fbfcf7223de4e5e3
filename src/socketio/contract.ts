// Contract: a host gives a connection requests, rooms, randomness and the time, and moves its state between processes.
import type { Cursor, Pid } from "./cursor.ts";
import type { RoomFrames } from "./room-frames.ts";

/** The connection to the room. */
export interface RoomPort {
  send(frame: string): void;
  close(): void;
}

/** The end of a connection to a room that comes from the room. */
export interface RoomPortEvents {
  frame(text: string, now: number): void;
  closed(code: number, now: number): void;
}

/** The services that a connection needs from its host. */
export interface ConnectionHost {
  /** Opens a connection to a room. Its events come back later, never at once. */
  openRoom(room: string, events: RoomPortEvents): RoomPort;
  /** @returns the SHA-256 as base64url */
  hash(text: string): string;
  /** @returns random bytes as base64url */
  random(bytes: number): string;
  /** The connection has ended. */
  closed(): void;
}

/** The settings that all connections of one server share. */
export interface ConnectionSettings {
  readonly frames: RoomFrames;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  /** Bytes of a frame to a room. */
  readonly frameMax: number;
  /** Messages in both directions until the client must come back. */
  readonly framesMax: number;
}

/** The facts in a client's request beside its packets. */
export interface RequestFacts {
  readonly room: string | null;
  readonly username: string | null;
  /** The token of `Authorization: Bearer`. */
  readonly token: string | null;
  /** The client's network as a room gets it; absent or null: not known. */
  readonly network?: string | null;
}

/** The room and the name that a client named when it connected. */
export interface Named {
  readonly room: string | null;
  readonly username: string | null;
}

/** One namespace of a client, as another process goes on with it. */
export interface SocketState {
  readonly cursor: Cursor;
  /** The room that was joined last. */
  readonly current: string | null;
  readonly sent: readonly string[];
}

/** A connection as another process goes on with it. */
export interface ConnectionState {
  readonly facts: RequestFacts;
  /** Engine.IO packets that the client has not had, in text form. */
  readonly packets: readonly string[];
  readonly clients: readonly {
    readonly nsp: string;
    readonly pid: Pid;
    readonly token: string | null;
    readonly named: Named;
    readonly socket: SocketState;
  }[];
}
