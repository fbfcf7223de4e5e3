// Problem: builds the error responses of HTTP as problem details, RFC 9457.
import {
  ERRORS,
  type ErrorCode,
  type ErrorReason,
} from "../protocol/errors.ts";

/** The HTTP status of the error codes that the server itself answers with. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  bad_request: 400,
  bad_room: 400,
  unauthorized: 401,
  forbidden: 403,
  banned: 403,
  muted: 403,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/**
 * Builds an `application/problem+json` response. `code` is an error code of the
 * protocol.
 */
export function problem(
  status: number,
  detail: string,
  more: {
    code?: ErrorCode;
    reason?: ErrorReason | undefined;
    until?: number | undefined;
    headers?: Record<string, string>;
  } = {},
): Response {
  const body = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    ...(more.code !== undefined && { code: more.code }),
    ...(more.reason !== undefined && { reason: more.reason }),
    ...(more.until !== undefined && { until: more.until }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...more.headers, "Content-Type": "application/problem+json" },
  });
}

/**
 * Builds the response to an error of the protocol, by default with its own
 * message.
 */
export function codedProblem(
  code: ErrorCode,
  detail?: string,
  reason?: ErrorReason,
): Response {
  const words = detail ?? ERRORS[code].message;
  return problem(statusOf(code), words, { code, reason });
}

/** @returns the status of a code, also of one with which an app denies */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? (ERRORS[code].resend === "never" ? 403 : 503);
}

/** Builds the response to a body that cannot be read as text. */
export function bodyProblem(why: "too large" | "not UTF-8"): Response {
  return why === "too large"
    ? problem(413, "The body is too large.", { code: "too_large" })
    : problem(400, "The body is not UTF-8.", { code: "bad_request" });
}
