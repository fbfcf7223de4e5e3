// Contract: a host gives a core events and SQL, and gets effects back, which it performs.
import type { CloseName } from "../../protocol/errors.ts";
import type { Counters } from "./counters.ts";
import type { Op, Refused, Reply, Verified } from "./rpc.ts";

/** A connection. It is opaque to core; the host knows it by object identity. */
export type Conn = object;

/**
 * A call from another object that waits for its replies. It is opaque to core.
 */
export type ReplyHandle = object;

/** The state of a connection that survives a sleep: at most 2 KiB. */
export type Attachment = readonly (string | number | null)[];

export type SqlValue = string | number | null;

/** Synchronous SQLite. Rows are plain objects by column name. */
export interface Sql {
  exec(
    query: string,
    ...values: SqlValue[]
  ): readonly Readonly<Record<string, SqlValue>>[];
}

/** The services that core needs from its host. */
export interface Platform {
  readonly sql: Sql;
  /** @returns the SHA-256 as 43 characters of base64url */
  hash(text: string): string;
  /** @returns random bytes as base64url */
  random(bytes: number): string;
  /** When the host last answered a ping on the connection, ms since 1970. */
  lastPingAt(conn: Conn): number | null;
  /**
   * The `network` of the request that opened the connection, also after a sleep;
   * null: it is not known. Absent: the host knows no networks.
   */
  networkOf?(conn: Conn): string | null;
  /** Counts what core does, for the host's metrics; absent: nobody reads it. */
  readonly counters?: Counters;
}

/** The request that opened a connection. */
export interface ConnectRequest {
  /**
   * The connection joins at once under this name; null: it waits for a `join`.
   */
  readonly username: string | null;
  /** The token of `Authorization: Bearer`. */
  readonly token: string | null;
  /** The client gets lines of text instead of JSON. */
  readonly text: boolean;
  /** The client speaks `edge-chat.v1`: a frame may have several objects. */
  readonly batch: boolean;
  /**
   * The reason why the URL is invalid, in words for people; null: it is valid.
   */
  readonly invalidReason: string | null;
  /** The W3C trace context of the request; absent or null: it has none. */
  readonly traceparent?: string | null;
  /** What the app says of the request; absent or null: nothing. */
  readonly appVerdict?: Verified | Refused | null;
  /**
   * The client's network, in a form that the host has for each network alone,
   * such as a hash. Absent or null: it is not known, or may not be banned.
   */
  readonly network?: string | null;
}

/** The address of an object that the host runs. */
export type Address =
  | { readonly kind: "room"; readonly name: string }
  | { readonly kind: "directory"; readonly name: string }
  /** The server keys, and whatever else needs an object. */
  | { readonly kind: "service"; readonly name: string };

/**
 * The receiver of a call. The issuer, the app and webhooks are no objects: the
 * host checks tokens of the app with the first, waits for the app's verdicts with
 * the second, and sends requests to the URL that is a webhook's name. Calls to
 * one name are answered in order.
 */
export type Callee =
  | Address
  | { readonly kind: "issuer"; readonly name: string }
  | { readonly kind: "app"; readonly name: string }
  | { readonly kind: "webhook"; readonly name: string };

export type Event =
  | { kind: "opened"; conn: Conn; query: ConnectRequest }
  /** `data` is null for a binary frame. */
  | { kind: "frame"; conn: Conn; data: string | null }
  /** `code` is as in RFC 6455; 1006 if the peer vanished. */
  | { kind: "closed"; conn: Conn; code: number }
  /** The client does not read: too many bytes wait for it in the host. */
  | { kind: "slow"; conn: Conn }
  | { kind: "asked"; ask: ReplyHandle; ops: readonly Op[] }
  /** `replies` is null if the call failed; it may have taken effect. */
  | { kind: "answered"; call: number; replies: readonly Reply[] | null }
  /** The timer or the alarm has gone off. */
  | { kind: "due"; by: Clock }
  /** The process ends: attachments and memory go. */
  | { kind: "stopping" };

/**
 * What wakes the object: the durable alarm is kept over a crash and costs a
 * written row; the one-shot timer is lost with the memory.
 */
export type Clock = "alarm" | "timer";

/** Frames for connections: each connection gets all of them, in order. */
export interface Send {
  readonly to: readonly Conn[];
  readonly frames: readonly string[];
}

export interface Call {
  readonly id: number;
  readonly to: Callee;
  readonly ops: readonly Op[];
}

/** A log line: an event and counts, never names or texts. */
export interface LogEntry {
  readonly event: string;
  readonly code?: string | number;
  readonly [count: string]: string | number | undefined;
}

/**
 * The host performs these once the writes are committed, in the order of
 * hosting/perform-effects.ts.
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
   * The one-shot timer sends `due` at this time, ms since 1970; null: never. It
   * replaces the timer that was set before, and may be lost with the memory.
   */
  timer: number | null;
  /**
   * The durable alarm is set to this time, ms since 1970; undefined: it stays.
   */
  alarm: number | undefined;
  /**
   * A text was deleted or replaced: the host sees to it, as far as it can, that no
   * file holds it a minute later.
   */
  hasErased: boolean;
  /** The host deletes everything that is stored, and drops this core. */
  deleteStorage: boolean;
  /**
   * What is stored is not what this core knows: the host closes the connections,
   * whose clients come back, and drops the core.
   */
  restart?: true;
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
    hasErased: false,
    deleteStorage: false,
  };
}

/**
 * A room or the directory of one name, as a host runs it. A core is synchronous,
 * and only a core uses SQL. All writes of an event are one transaction: if the
 * event throws, or storage fails, the host stores and performs nothing of it,
 * and drops the core.
 */
export interface Core {
  on(event: Event, now: number): Effects;
  /** Users in the room; absent: it is no room. */
  readonly memberCount?: number;
}
