// Error codes: lists the codes of error frames and of closes, with their messages and retry advice.

/**
 * Tells whether a client may send the same request again.
 * - `never`: it will fail again
 * - `later`: after `retryAfter` ms, or after a pause that the client chooses;
 * with the same `id` nothing happens twice
 */
export type Resend = "never" | "later";

/** Every `code` of an `error` frame, with its default message and advice. */
export const ERRORS = {
  bad_request: {
    resend: "never",
    message: "The server does not understand the frame.",
  },
  not_joined: { resend: "never", message: "Join first." },
  already_joined: {
    resend: "never",
    message: "This connection has joined already; leave first.",
  },
  bad_username: {
    resend: "never",
    message:
      "A name has 1 to 32 letters, digits, _ - or . of any script; it begins with a letter or digit and does not end in a dot.",
  },
  bad_room: {
    resend: "never",
    message:
      "A room's name has 1 to 64 letters, digits, _ - or . of any script; it begins with a letter or digit and does not end in a dot.",
  },
  username_taken: {
    resend: "later",
    message: "Somebody else has this name, or one that looks like it.",
  },
  unauthorized: {
    resend: "never",
    message: "The server does not accept the token.",
  },
  forbidden: { resend: "never", message: "You are not allowed to do this." },
  banned: { resend: "never", message: "You are banned here." },
  muted: {
    resend: "later",
    message: "You may not send messages here at present.",
  },
  gone: {
    resend: "never",
    message: "This message is not here any more, or is another one by now.",
  },
  no_such_user: { resend: "never", message: "Nobody has this name." },
  mailbox_full: {
    resend: "later",
    message: "Too many private messages wait for this user.",
  },
  too_large: { resend: "never", message: "The message is too large." },
  rate_limited: {
    resend: "later",
    message: "Too many requests in a short time.",
  },
  room_full: { resend: "later", message: "The room is full." },
  unsupported: {
    resend: "never",
    message: "This server does not know that type of frame.",
  },
  unavailable: {
    resend: "later",
    message: "A part of the server did not answer.",
  },
  internal: { resend: "later", message: "The server failed." },
} as const satisfies Record<string, { resend: Resend; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Reasons that make a code more exact, for clients that show it. */
export const ERROR_REASONS = {
  name_reserved: "forbidden",
  no_guests: "unauthorized",
  token_expired: "unauthorized",
  room_private: "forbidden",
  room_closed: "forbidden",
  members_only: "forbidden",
  registered_only: "forbidden",
  room_not_in_token: "forbidden",
  no_such_room: "forbidden",
  too_many_rooms: "forbidden",
  registration_off: "forbidden",
  name_from_app: "forbidden",
  secret_replaced: "forbidden",
  too_many_blocked: "forbidden",
  room_locked: "muted",
  network_banned: "banned",
  slow_mode: "rate_limited",
} as const satisfies Record<string, ErrorCode>;

export type ErrorReason = keyof typeof ERROR_REASONS;

/** Every close code of this server, with its reason on the wire. */
export const CLOSE_CODES = {
  goingAway: { code: 4000, reason: "going away" },
  slow: { code: 4001, reason: "slow" },
  restarted: { code: 4002, reason: "restarted" },
  flood: { code: 4003, reason: "flood" },
  refused: { code: 4500, reason: "refused" },
  kicked: { code: 4501, reason: "kicked" },
  banned: { code: 4502, reason: "banned" },
  replaced: { code: 4503, reason: "replaced" },
  reclaimed: { code: 4504, reason: "name reclaimed" },
  roomClosed: { code: 4505, reason: "room closed" },
  unauthorized: { code: 4506, reason: "unauthorized" },
  erased: { code: 4507, reason: "erased" },
} as const satisfies Record<string, { code: number; reason: string }>;

export type CloseName = keyof typeof CLOSE_CODES;

/**
 * Tells whether a client reconnects after a close with this code. Yes:
 * 4000-4499 and all codes below 4000 except 1009, which means that the client's
 * frame was too large and would be again. No: 4500-4999.
 */
export function shouldReconnect(code: number): boolean {
  return code !== 1009 && code < 4500;
}
