// HTTP: builds the responses of Engine.IO, and reads from the URL what a client says about itself.
import type { RequestFacts } from "./contract.ts";
import {
  type EngineRefusal,
  encodeOldBody,
  oldClientPackets,
  REFUSALS,
} from "./engine-request.ts";

/** The response to a polling request: packets, or the body of a refusal. */
export function pollingResponse(status: number, body: string): Response {
  const type = status === 200 ? "text/plain; charset=UTF-8" : JSON_TYPE;
  return new Response(body, {
    status,
    headers: { "Content-Type": type, "Cache-Control": "no-store" },
  });
}

export function refusalResponse(as: EngineRefusal): Response {
  return pollingResponse(400, JSON.stringify(REFUSALS[as]));
}

/** The response that a polling client of Socket.IO 1 or 2 shows as an error. */
export function oldClientResponse(sid: string): Response {
  return pollingResponse(200, encodeOldBody(oldClientPackets(sid)));
}

/**
 * @param token the token of `Authorization: Bearer`
 * @param network the client's network as a room gets it; null: not known
 */
export function readFacts(
  url: URL,
  token: string | null,
  network: string | null,
): RequestFacts {
  const { searchParams } = url;
  return {
    room: searchParams.get("room"),
    username: searchParams.get("username"),
    token,
    network,
  };
}

const JSON_TYPE = "application/json";
