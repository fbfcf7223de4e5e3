// The settings the server under test is started with, where they are not the defaults.

/** For whoever starts a host: to be handed to it as vars or environment. */
export const settings = {
  /**
   * Short, so that a test can await the end of a claim; not so short that on
   * a loaded machine it ends before somebody who went away is back.
   */
  GUEST_CLAIM_SECONDS: 3,
  /** Likewise: short to await, long enough for a reload on a busy machine. */
  PRESENCE_GRACE_MS: 1000,
  /** Wide, so that only the tests of the rate ever meet it. */
  RATE_BURST: 200,
  RATE_PER_SECOND: 100,
  /** All the tests come from one address. */
  CONNECTS_PER_MINUTE: 0,
} as const;

/** What the server has when nobody says otherwise: design section 3. */
export const defaults = {
  ROOM_HISTORY: 10_000,
  USER_CONNECTIONS: 20,
  TEXT_MAX: 4000,
  FRAME_MAX: 16_384,
} as const;
