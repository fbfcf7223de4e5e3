// What the request for a WebSocket says of the connection it wants.
import type { Query } from "../core/host.ts";
import { SUBPROTOCOL } from "../protocol/framing.ts";

/** Reads the URL's query, the bearer token and the subprotocols offered. */
export function readQuery(request: Request): Query {
  const { searchParams } = new URL(request.url);
  const [, token] =
    /^Bearer\b(.*)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  const offered = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return {
    username: searchParams.get("username"),
    // One that is malformed is refused as a secret, not ignored.
    token: token?.trim() ?? null,
    text: searchParams.get("format") === "text",
    batch: offered.split(",").some((name) => name.trim() === SUBPROTOCOL),
  };
}
