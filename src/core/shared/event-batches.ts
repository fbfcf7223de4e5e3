// Event batches: a room hands stored events to an endpoint of the app, in order, and learns whether they have arrived.

/** The place of an event in a room: its log's epoch, and its seq. */
export interface EventPosition {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * Room to endpoint: these events are stored. The reply is `done` once the
 * endpoint has them; any other reply brings them again later.
 */
export interface DeliverEvents {
  readonly type: "events";
  /** Empty: the events are private messages. */
  readonly room: string;
  readonly isPrivate?: true;
  readonly epoch: string;
  /** The seqs of the first and the last event. */
  readonly from: number;
  readonly to: number;
  /** The JSON of the events; an empty one is not for apps. */
  readonly lines: readonly string[];
  /**
   * Set: the events from `from` to `to` are not delivered, and `lines` is empty.
   * The newest event before them that was delivered is this one.
   */
  readonly gapAfter?: EventPosition;
  /**
   * Set: the batch tells of the room and its members, and has no event of the
   * log: `from` is above `to`.
   */
  readonly notices?: readonly PresenceNotice[];
  /** The trace of the request that has led to the newest event that has one. */
  readonly traceparent?: string;
  /**
   * Set: the lines are reports of users, `epoch`, `from` and `to` are of their
   * numbers, and this is the newest event of the room's log.
   */
  readonly reportsAt?: EventPosition;
  /** When the batch was made, ms since 1970. */
  readonly at: number;
}

/** What a webhook learns of a room that is not stored. */
export interface PresenceNotice {
  /** As a webhook gets it, such as `member.joined`. */
  readonly type: string;
  /** Part of its id: it rises with each notice of the room. */
  readonly version: number;
  readonly data: object;
}

/** Reply to a batch: the endpoint wants no events any more, for good. */
export interface EndpointGone {
  readonly type: "endpoint-gone";
}
