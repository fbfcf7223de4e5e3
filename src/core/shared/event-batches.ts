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
  readonly room: string;
  readonly epoch: string;
  /** The seqs of the first and the last event. */
  readonly from: number;
  readonly to: number;
  /** The JSON of the events. */
  readonly lines: readonly string[];
  /**
   * Set: the events from `from` to `to` are not delivered, and `lines` is empty.
   * The newest event before them that was delivered is this one.
   */
  readonly gapAfter?: EventPosition;
  /** When the batch was made, ms since 1970. */
  readonly at: number;
}

/** Reply to a batch: the endpoint wants no events any more, for good. */
export interface EndpointGone {
  readonly type: "endpoint-gone";
}
