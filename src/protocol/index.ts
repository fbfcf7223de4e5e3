// Package entry of the protocol: a client of one's own gets the frames, codes, limits, names and framing from here.

export type { ErrorCode, ErrorReason, Resend } from "./errors.ts";
export { CLOSE_CODES, ERRORS } from "./errors.ts";
export * from "./framing.ts";
export * as LIMITS from "./limits.ts";
export { nameKey } from "./name-key.ts";
export {
  ROOM_NAME_MAX,
  readRoomName,
  readUsername,
  USERNAME_MAX,
} from "./names.ts";
export type * from "./server-frames.ts";
