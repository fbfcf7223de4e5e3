// Room settings: they bound a room, its messages and its pace.
import type { Setting } from "./setting-kinds.ts";

export const ROOM_SETTINGS = {
  ROOM_HISTORY: {
    kind: "number",
    defaultValue: 10_000,
    min: 1,
    max: 10_000_000,
    description: "messages that a room keeps at least",
  },
  ROOM_DAYS: {
    kind: "number",
    defaultValue: 0,
    min: 0,
    max: 36_500,
    description:
      "days after which nobody reads an event of a room any more; 0: no limit",
  },
  ROOM_CONNECTIONS: {
    kind: "number",
    defaultValue: 10_000,
    min: 1,
    // https://developers.cloudflare.com/durable-objects/api/state/
    max: 32_768,
    description: "connections to one room",
  },
  USER_CONNECTIONS: {
    kind: "number",
    defaultValue: 20,
    min: 1,
    max: 1000,
    description: "connections of one user to one room",
  },
  TEXT_MAX: {
    kind: "number",
    defaultValue: 4000,
    min: 1,
    max: 100_000,
    description: "code points in a text",
  },
  FRAME_MAX: {
    kind: "number",
    defaultValue: 16_384,
    min: 256,
    max: 1_048_576,
    description: "bytes in a frame from a client",
  },
  EDIT_SECONDS: {
    kind: "number",
    defaultValue: 86_400,
    min: 0,
    max: 315_360_000,
    description:
      "seconds in which authors may edit and delete their messages; 0: never",
  },
  GUEST_CLAIM_SECONDS: {
    kind: "number",
    defaultValue: 60,
    min: 0,
    max: 31_536_000,
    fraction: true,
    description:
      "seconds a guest's name stays reserved after the guest has left",
  },
  RATE_BURST: {
    kind: "number",
    defaultValue: 20,
    min: 1,
    max: 1_000_000,
    description: "messages a user may send at once",
  },
  RATE_PER_SECOND: {
    kind: "number",
    defaultValue: 5,
    min: 0,
    max: 1_000_000,
    fraction: true,
    description: "messages a user may send each second on average; 0: no limit",
  },
  FLUSH_CEILING_MS: {
    kind: "number",
    defaultValue: 100,
    min: 0,
    max: 1000,
    description: "milliseconds a message may wait for others in a busy room",
  },
  PRESENCE_GRACE_MS: {
    kind: "number",
    defaultValue: 4000,
    min: 0,
    max: 60_000,
    description:
      "milliseconds a user may be disconnected before others see them leave",
  },
} as const satisfies Record<string, Setting>;
