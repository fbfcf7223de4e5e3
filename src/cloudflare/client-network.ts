// Client network: makes a keyed hash of a client's network, which a room keeps as the tag of a WebSocket over its sleep.

import { createHmac } from "node:crypto";
import { publicNetworkOf } from "../http/ip-network.ts";
import type { Env } from "./env.ts";

/** No client can reach a Worker by this name: RFC 2606, section 2. */
const OWN_URL = "https://socketio.invalid/";
const NETWORK_HEADER = "Edge-Chat-Network";
/** No room has a name with a blank. */
const KEY_NAME = "network key";

/** Reads the network of a request of a client; null: not known, or never banned. */
export function clientNetwork(env: Env, request: Request): string | null {
  // Cloudflare sets this header and overwrites a client's value.
  const network = publicNetworkOf(request.headers.get("CF-Connecting-IP"));
  if (network === null) return null;
  // The platform derives ids from a secret of the namespace, the same for ever:
  // nothing has to be stored.
  const key = env.ROOM.idFromName(KEY_NAME).toString();
  return createHmac("sha256", key).update(network).digest("base64url");
}

/** The request by which a Worker opens a connection to a room for a client. */
export function roomRequest(
  network: string | null,
  headers: Readonly<Record<string, string>>,
): Request {
  return new Request(OWN_URL, {
    headers: {
      ...headers,
      ...(network !== null && { [NETWORK_HEADER]: network }),
    },
  });
}

/** Reads the network in a room, from a client's request or a Worker's. */
export function roomRequestNetwork(env: Env, request: Request): string | null {
  return request.url === OWN_URL
    ? request.headers.get(NETWORK_HEADER)
    : clientNetwork(env, request);
}
