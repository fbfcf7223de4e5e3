// Endpoint requests: the admin asks a room how far its webhooks are, and replays stored events to them, by these ops and replies, which are part of rpc.ts.

/** Host to room: how far each endpoint is. */
export interface ReadEndpoints {
  readonly type: "endpoints";
}

/** Host to room: endpoints get stored events once more, and all that follow. */
export interface ReplayEvents {
  readonly type: "replay";
  /** The name of one endpoint; absent: all of them. */
  readonly endpoint?: string;
  /** The seq of the first event, or the time from which on, ms since 1970. */
  readonly start: { readonly seq: number } | { readonly since: number };
}

export type EndpointOp = ReadEndpoints | ReplayEvents;

/** How far one endpoint is. */
export interface EndpointState {
  readonly name: string;
  /** It has all events up to this one; null: it begins at the next event. */
  readonly position: { readonly epoch: string; readonly seq: number } | null;
  /** Events that it does not have yet. */
  readonly lag: number;
  /** Attempts in a row that have failed. */
  readonly failures: number;
  /** When the first of them failed, and when the next attempt is, ms since 1970. */
  readonly failingSince?: number;
  readonly retryAt?: number;
  /** The endpoint wants nothing any more. */
  readonly isGone: boolean;
}

/** Reply to `endpoints`. */
export interface EndpointList {
  readonly type: "endpoints";
  readonly epoch: string | null;
  /** The seqs of the oldest and the newest stored event. */
  readonly oldest: number;
  readonly head: number;
  readonly endpoints: readonly EndpointState[];
}

/** Reply to `replay`: these events are on their way to these endpoints. */
export interface Replaying {
  readonly type: "replaying";
  readonly epoch: string;
  /** `from` above `to`, of an older release: there are none. */
  readonly from: number;
  readonly to: number;
  readonly endpoints: readonly string[];
}

/**
 * Reply to `replay`: the room has no events, or none from there on, or no such
 * endpoint, or one that gets a `webhook.gap` first.
 */
export interface ReplayRefused {
  readonly type: "replay-refused";
  readonly why: "empty" | "unknown" | "gap";
  /** Set: the newest event is this one, which is before those that were asked. */
  readonly head?: number;
}

export type EndpointReply = EndpointList | Replaying | ReplayRefused;
