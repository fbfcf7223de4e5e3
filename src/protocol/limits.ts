// What the protocol fixes: limits that both sides may count on, whatever the settings are.

/** Fixed by the protocol rather than set: both sides may count on them. */
export const LIMITS = {
  /** Messages on the first page after a join that does not say. */
  firstPage: 50,
  /** Messages on one page of history. */
  page: 200,
  /** Events, and bytes, replayed by a resume before `more`. */
  replayEvents: 500,
  replayBytes: 256 * 1024,
  /** Names in one list of members. */
  names: 200,
  /** Members up to which joins, leaves and typing are told one by one. */
  announced: 200,
  typing: 50,
  /** Frames, and bytes, held while a join waits. */
  heldFrames: 16,
  heldBytes: 64 * 1024,
  refusedJoins: 5,
  privatesInFlight: 32,
  /** Rooms that one user may be in at once, under one name. */
  rooms: 500,
  /** Users that one may block. */
  blocked: 1000,
  /** Milliseconds that an older secret goes on to open a name. */
  oldToken: 30 * 24 * 60 * 60 * 1000,
  /** Events of a room in which a repeated `id` is recognised. */
  dedupe: 1000,
  /** Bytes that may wait for a connection which does not read. */
  unread: 4 * 1024 * 1024,
  /** Milliseconds after which a client that pinged once counts as gone. */
  pingSilence: 90_000,
} as const;
