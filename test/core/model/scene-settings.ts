// Scene settings: fast-check chooses the settings of a scene's server.
import fc from "fast-check";
import type { Settings } from "../../../src/protocol/settings.ts";

/** In seconds: mostly claims that last longer than the end of a conversation. */
const DAYS = [24 * 3600, 24 * 3600, 30 * 3600];

/** Retention and claim times from tiny to large. */
export const sceneSettings: fc.Arbitrary<Partial<Settings>> = fc.record({
  ROOM_HISTORY: fc.constantFrom(3, 40, 10_000, 10_000),
  MAILBOX_MESSAGES: fc.constantFrom(2, 5, 1000, 1000),
  MAILBOX_DAYS: fc.constantFrom(1, 30),
  GUEST_CLAIM_SECONDS: fc.constantFrom(1, 20, 60, ...DAYS),
  PRESENCE_GRACE_MS: fc.constantFrom(0, 4000),
  USER_CONNECTIONS: fc.constantFrom(2, 20),
  RATE_PER_SECOND: fc.constant(0),
  TEXT_MAX: fc.constant(100_000),
  FRAME_MAX: fc.constant(1_048_576),
});
