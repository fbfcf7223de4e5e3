// Error text: explains an error in the language of the page.
import type { ErrorCode, ErrorReason } from "../protocol/errors.ts";
import type { LaterErrorTexts } from "./later-errors.ts";
import type { Texts } from "./locales/en.ts";
import { onDemandParts } from "./on-demand.ts";

/** Formats a duration, rounded up: "42 seconds". */
export function formatDuration(ms: number, texts: Texts): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return texts.seconds(seconds);
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return texts.minutes(minutes);
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? texts.hours(hours) : texts.days(Math.ceil(hours / 24));
}

/** An error as the SDK reports it; `reason` is more exact than `code`. */
export interface ErrorInfo {
  readonly code: string;
  readonly message: string;
  readonly reason?: string | undefined;
  /** In milliseconds. */
  readonly retryAfter?: number | undefined;
}

/**
 * Returns the text for the reason or the code; the server's message for unknown
 * ones.
 *
 * @param later texts of errors that users meet after the first view
 */
export function explainError(
  error: ErrorInfo,
  texts: Texts,
  later: Partial<LaterErrorTexts> = onDemandParts.value?.laterErrors.value ??
    {},
): string {
  const { code, message, reason = "", retryAfter = 0 } = error;
  const time =
    retryAfter >= WAIT_MIN_MS ? formatDuration(retryAfter, texts) : null;
  if (time !== null && code === "username_taken")
    return texts.usernameTakenWait(time);
  if (time !== null && code === "rate_limited")
    return texts.rateLimitedWait(time);
  const table: Readonly<Record<string, string>> = {
    ...textsByCode(texts),
    ...textsByReason(texts),
    ...later,
  };
  return table[reason] ?? table[code] ?? message;
}

/** A shorter wait is not shown. */
const WAIT_MIN_MS = 1000;

/** A reason that only the page has: the stored key failed, not a typed one. */
export const STORED_KEY = "stored_key";

function textsByReason(
  texts: Texts,
): Record<
  Exclude<ErrorReason, keyof LaterErrorTexts> | typeof STORED_KEY,
  string
> {
  return {
    [STORED_KEY]: texts.unauthorizedStored,
    name_reserved: texts.nameReserved,
    no_guests: texts.noGuests,
    token_expired: texts.tokenExpired,
    room_private: texts.roomPrivate,
    members_only: texts.membersOnly,
    registered_only: texts.registeredOnly,
    room_not_in_token: texts.roomNotInToken,
    no_such_room: texts.noSuchRoom,
    too_many_rooms: texts.tooManyRooms,
    secret_replaced: texts.secretReplaced,
  };
}

function textsByCode(
  texts: Texts,
): Record<Exclude<ErrorCode, keyof LaterErrorTexts>, string> {
  const own: Readonly<Record<string, string>> = {
    refused: texts.forbidden,
    going_away: texts.connectionLost,
    restarted: texts.connectionLost,
    slow: texts.connectionLost,
    flood: texts.rateLimited,
    connection_lost: texts.connectionLost,
    no_answer: texts.unavailable,
    no_token: texts.tokenExpired,
    closed: texts.connectionLost,
    unknown: texts.unknown,
    storage: texts.storage,
  };
  return {
    ...own,
    bad_request: texts.badRequest,
    not_joined: texts.notConnected,
    already_joined: texts.badRequest,
    username_taken: texts.usernameTaken,
    bad_username: texts.badUsername,
    bad_room: texts.badRoom,
    too_large: texts.tooLarge,
    rate_limited: texts.rateLimited,
    room_full: texts.roomFull,
    unauthorized: texts.unauthorized,
    forbidden: texts.forbidden,
    banned: texts.banned,
    unsupported: texts.badRequest,
    unavailable: texts.unavailable,
    internal: texts.unavailable,
  };
}
