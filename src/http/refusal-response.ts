// Refusal response: makes the problem that answers a refused request, with the fields that tell a client what to do.
import type { Refusal } from "../core/shared/refusal.ts";
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";
import { problem, statusOf } from "./problem.ts";

/**
 * @param headers that the response has too
 * @param statuses of codes that have another status here than elsewhere
 */
export function refusalResponse(
  { code, message, reason, retryAfter, until }: Refusal,
  headers: Readonly<Record<string, string>> = {},
  statuses: Readonly<Partial<Record<ErrorCode, number>>> = {},
): Response {
  const status = statusOfRefusal({ code }, statuses);
  const words = message ?? ERRORS[code].message;
  const response = problem(status, words, { code, reason, until });
  for (const [name, value] of Object.entries(headers))
    response.headers.set(name, value);
  if (code === "unauthorized")
    response.headers.set("WWW-Authenticate", "Bearer");
  if (retryAfter !== undefined)
    response.headers.set("Retry-After", String(Math.ceil(retryAfter / 1000)));
  return response;
}

/** @param statuses of codes that have another status here than elsewhere */
export function statusOfRefusal(
  { code }: Pick<Refusal, "code">,
  statuses: Readonly<Partial<Record<ErrorCode, number>>> = {},
): number {
  return statuses[code] ?? statusOf(code);
}
