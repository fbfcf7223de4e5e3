// All that core and its host have to say to each other: events in, effects out, SQL between.
import type { CloseName } from "../../protocol/errors.ts";
import type { Op, Reply } from "./rpc.ts";

/** A connection, opaque to core; the host knows it by object identity. */
export type Conn = object;

/** A question that waits for its reply, opaque to core. */
export type ReplyHandle = object;

/** What a core remembers of a connection while it sleeps: at most 512 bytes. */
export type Attachment = readonly (string | number | null)[];

export type SqlValue = string | number | null;

/** SQLite, synchronous. Rows are plain objects by column name. */
export interface Sql {
  exec(
    query: string,
    ...values: SqlValue[]
  ): readonly Readonly<Record<string, SqlValue>>[];
}

/** What core needs of the world but may not reach for itself. */
export interface Platform {
  readonly sql: Sql;
  /** SHA-256 as 43 characters of base64url. */
  hash(text: string): string;
  /** So many random bytes, as base64url. */
  random(bytes: number): string;
  /** When the host last answered a ping on it for us, ms since 1970. */
  lastPingAt(conn: Conn): number | null;
}

/** How a connection was opened. */
export interface ConnectRequest {
  /** Joins at once. */
  readonly username: string | null;
  /** From `Authorization: Bearer`. */
  readonly token: string | null;
  /** Lines for people instead of JSON. */
  readonly text: boolean;
  /** Speaks `edge-chat.v1`: several objects a frame. */
  readonly batch: boolean;
  /** Why the URL cannot be, in words for a person. */
  readonly invalidReason: string | null;
}

/** An object that the host runs. */
export type Address =
  | { readonly kind: "room"; readonly name: string }
  | { readonly kind: "directory"; readonly name: string };

/**
 * Whom a call goes to. The issuer is no object of ours: it is what the host
 * has to check tokens of the app's with. Calls under one name are answered in
 * order.
 */
export type Callee =
  | Address
  | { readonly kind: "issuer"; readonly name: string };

export type Event =
  | { kind: "opened"; conn: Conn; query: ConnectRequest }
  /** `data` is null for a binary frame. */
  | { kind: "frame"; conn: Conn; data: string | null }
  /** `code` as in RFC 6455; 1006 if the peer vanished. */
  | { kind: "closed"; conn: Conn; code: number }
  /** It does not read what it is sent: too much waits for it in the host. */
  | { kind: "slow"; conn: Conn }
  | { kind: "asked"; ask: ReplyHandle; ops: readonly Op[] }
  /** `replies` is null if the call failed; it may have taken effect. */
  | { kind: "answered"; call: number; replies: readonly Reply[] | null }
  /** The timer or the alarm went off, or may have. */
  | { kind: "due" };

/** Frames for connections: each gets all of them, back to back, in order. */
export interface Send {
  readonly to: readonly Conn[];
  readonly frames: readonly string[];
}

export interface Call {
  readonly id: number;
  readonly to: Callee;
  readonly ops: readonly Op[];
}

/** A line for the log: what happened and counts, never names or texts. */
export interface LogEntry {
  readonly event: string;
  readonly code?: string | number;
  readonly [count: string]: string | number | undefined;
}

/**
 * What the host does once the writes are committed, in this order: keep,
 * send, close, replies, calls, then the rest.
 */
export interface Effects {
  readonly send: Send[];
  readonly attachments: {
    readonly conn: Conn;
    readonly attachment: Attachment;
  }[];
  readonly close: { readonly conn: Conn; readonly as: CloseName }[];
  readonly calls: Call[];
  readonly replies: {
    readonly ask: ReplyHandle;
    readonly replies: readonly Reply[];
  }[];
  readonly logs: LogEntry[];
  /**
   * Ms since 1970 at which `due` is wanted; replaces what was wanted before.
   * null: nothing waits. It may be lost with the memory: a one-shot timer.
   */
  timer: number | null;
  /** Ms since 1970: set the durable alarm to this. undefined: leave it. */
  alarm: number | undefined;
  /** Everything in storage may go, and this core with it. */
  deleteStorage: boolean;
}

export function noEffects(): Effects {
  return {
    send: [],
    attachments: [],
    close: [],
    calls: [],
    replies: [],
    logs: [],
    timer: null,
    alarm: undefined,
    deleteStorage: false,
  };
}

/**
 * What a host runs: a room, or one name's directory. Synchronous, and the only
 * place where SQL is used. What one event writes is stored as a whole: if it
 * throws, or storage fails, the host keeps and performs nothing of it, and
 * drops the core.
 */
export interface Core {
  on(event: Event, now: number): Effects;
}
