// Connect request: reads the username, the token and the format from the request for a WebSocket.
import type { ConnectRequest } from "../core/shared/contract.ts";
import type { Refused, Verified } from "../core/shared/rpc.ts";
import { readTraceparent } from "../core/shared/trace.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";

/** Common names of a token in a URL. */
const TOKEN_PARAMETERS = ["token", "access_token", "id_token", "jwt", "secret"];

export const TOKEN_IN_URL =
  "Do not send a token in the URL, where it would be logged. Send it in the header Authorization: Bearer, or as token in the join frame.";

/** Reads the URL's query, the bearer token and the offered subprotocols. */
export function readConnectRequest(request: Request): ConnectRequest {
  const searchParams = queryOf(request);
  const offered = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return {
    username: searchParams.get("username"),
    token: bearerToken(request),
    text: searchParams.get("format") === "text",
    batch: offered.split(",").some((name) => name.trim() === SUBPROTOCOL),
    invalidReason: hasToken(searchParams) ? TOKEN_IN_URL : null,
    traceparent: readTraceparent(request.headers.get("traceparent")),
  };
}

/** A malformed token is returned too: it is refused later, not ignored. */
export function bearerToken(request: Request): string | null {
  const [, token] =
    /^Bearer\b(.*)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  return token?.trim() ?? null;
}

export function hasTokenInUrl(request: Request): boolean {
  return hasToken(queryOf(request));
}

function hasToken(query: URLSearchParams): boolean {
  return query.size > 0 && TOKEN_PARAMETERS.some((name) => query.has(name));
}

/** To read the whole URL takes several times as long. */
function queryOf({ url }: Request): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : url.slice(at));
}

/** No client can reach a Worker by this name: RFC 2606, section 2. */
const APP_VERDICT_HOST = "app-verdict.invalid";
const APP_VERDICT_HEADER = "Edge-Chat-App-Verdict";

/**
 * Adds the app's word to a request for a WebSocket, on its way from a Worker to
 * the room's object.
 */
export function withAppVerdict(
  request: Request,
  verdict: Verified | Refused | null,
): Request {
  const url = new URL(request.url);
  url.host = APP_VERDICT_HOST;
  const headers = new Headers(request.headers);
  // Headers are ASCII.
  const value = encodeURIComponent(JSON.stringify(verdict));
  headers.set(APP_VERDICT_HEADER, value);
  return new Request(url, { headers });
}

/** Reads what `withAppVerdict` has added; null: nothing. */
export function readAppVerdict(request: Request): Verified | Refused | null {
  const value = request.headers.get(APP_VERDICT_HEADER);
  const { hostname } = new URL(request.url);
  // A Worker of an older release may pass on a header of its client.
  if (value === null || hostname !== APP_VERDICT_HOST) return null;
  return JSON.parse(decodeURIComponent(value));
}
