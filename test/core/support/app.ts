// App world: a test world has an app whose users join by tokens; the test decides the claims of a token.
import type { Verified } from "../../../src/core/shared/rpc.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import type { Peer } from "./peer.ts";
import { World } from "./world.ts";

export const ISSUER = "https://app.example";
/** A token that looks like a JWT; the world holds its claims. */
export const TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";

export const alice: Verified = {
  type: "verified",
  issuer: ISSUER,
  subject: "1",
  username: "alice",
  rooms: null,
  expires: null,
};

export function appWorld(
  claims: Partial<Verified> = {},
  settings: Partial<Settings> = {},
): World {
  const world = new World({ JWT_ISSUER: ISSUER, ...settings });
  world.tokens.set(TOKEN, { ...alice, ...claims });
  return world;
}

/** Sends a join with a token. @returns the peer, which has joined or was refused */
export function joinByToken(world: World, room = "lobby", frame = {}): Peer {
  const peer = world.open(room);
  peer.send({ type: "join", token: TOKEN, ...frame });
  world.settle();
  return peer;
}
