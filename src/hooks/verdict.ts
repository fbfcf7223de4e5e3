// Verdict: a hook returns one of two values, which allow an action, perhaps with changes, or deny it with a code.
import type { ErrorCode } from "../protocol/errors.ts";

/** The action takes place. */
export interface Allow<Rewrites extends object = object> {
  readonly type: "allow";
  /** The fields that replace those of the action. */
  readonly rewrites: Rewrites;
}

/** The action does not take place, and its user gets an error. */
export interface Deny {
  readonly type: "deny";
  readonly code: ErrorCode;
  readonly message?: string;
  readonly retryAfter?: number;
}

export type Verdict<Rewrites extends object = object> = Allow<Rewrites> | Deny;

/** Allows an action as it is. */
export function allow(): Allow<Record<never, never>>;
/** Allows an action with other values in some of its fields. */
export function allow<Rewrites extends object>(
  rewrites: Rewrites,
): Allow<Rewrites>;
export function allow(rewrites: object = {}): Allow {
  return { type: "allow", rewrites };
}

/**
 * Denies an action.
 *
 * @param code tells programs why, and whether the same request may come again
 * @param message for people; without it they get the message of the code
 * @param retryAfter ms until the same request may come again
 */
export function deny(
  code: ErrorCode,
  message?: string,
  retryAfter?: number,
): Deny {
  return {
    type: "deny",
    code,
    ...(message !== undefined && { message }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}
