// Settings: the settings of the server under test that differ from the defaults.

import { API_KEYS } from "./server-key.ts";

/** Passed to a host as vars or environment. */
export const settings = {
  /**
   * Short, so that a test can wait for the end of a claim. Long enough that on
   * a busy machine a user can reconnect before the end.
   */
  GUEST_CLAIM_SECONDS: 3,
  /** Short to wait for, long enough for a reload on a busy machine. */
  PRESENCE_GRACE_MS: 1000,
  /** Large, so that only the tests of the rate meet it. */
  RATE_BURST: 200,
  RATE_PER_SECOND: 100,
  /** All tests come from one address. */
  CONNECTS_PER_MINUTE: 0,
  API_KEYS,
} as const;

/** The defaults of the server. */
export const defaults = {
  ROOM_HISTORY: 10_000,
  USER_CONNECTIONS: 20,
  TEXT_MAX: 4000,
  FRAME_MAX: 16_384,
  EDIT_SECONDS: 86_400,
} as const;
