// What the request for a WebSocket says of the connection it wants.
import type { ConnectRequest } from "../core/shared/contract.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";

/** What people call a token where they put it into a URL. */
const TOKEN_PARAMETERS = ["token", "access_token", "id_token", "jwt", "secret"];

export const TOKEN_IN_URL =
  "A token never goes into the URL, where it would be logged: send it as the header Authorization: Bearer, or as token in the join frame.";

/** Reads the URL's query, the bearer token and the subprotocols offered. */
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

/** One that is malformed is refused as a secret, not ignored. */
export function bearerToken(request: Request): string | null {
  const [, token] =
    /^Bearer\b(.*)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  return token?.trim() ?? null;
}

export function hasTokenInUrl(request: Request): boolean {
  const { searchParams } = new URL(request.url);
  return TOKEN_PARAMETERS.some((name) => searchParams.has(name));
}
