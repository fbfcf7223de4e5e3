// Connect request: reads the username, the token and the format from the request for a WebSocket.
import type { ConnectRequest } from "../core/shared/contract.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";

/** Common names of a token in a URL. */
const TOKEN_PARAMETERS = ["token", "access_token", "id_token", "jwt", "secret"];

export const TOKEN_IN_URL =
  "Do not send a token in the URL, where it would be logged. Send it in the header Authorization: Bearer, or as token in the join frame.";

/** Reads the URL's query, the bearer token and the offered subprotocols. */
export function readConnectRequest(request: Request): ConnectRequest {
  const { searchParams } = new URL(request.url);
  const offered = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return {
    username: searchParams.get("username"),
    token: bearerToken(request),
    text: searchParams.get("format") === "text",
    batch: offered.split(",").some((name) => name.trim() === SUBPROTOCOL),
    invalidReason: hasTokenInUrl(request) ? TOKEN_IN_URL : null,
  };
}

/** A malformed token is returned too: it is refused later, not ignored. */
export function bearerToken(request: Request): string | null {
  const [, token] =
    /^Bearer\b(.*)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  return token?.trim() ?? null;
}

export function hasTokenInUrl(request: Request): boolean {
  const { searchParams } = new URL(request.url);
  return TOKEN_PARAMETERS.some((name) => searchParams.has(name));
}
