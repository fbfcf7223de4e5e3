// A world with an app: its users come by tokens, and what a token says is written here.
import type { Verified } from "../../../src/core/shared/rpc.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import type { Peer } from "./peer.ts";
import { World } from "./world.ts";

export const ISSUER = "https://app.example";
/** Looks like a JWT; what it says is the world's to know. */
export const TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";

export const alice: Verified = {
  type: "verified",
  issuer: ISSUER,
  subject: "1",
  username: "alice",
  rooms: null,
  expires: null,
};

export function worldOf(
  claims: Partial<Verified> = {},
  settings: Partial<Settings> = {},
): World {
  const world = new World({ JWT_ISSUER: ISSUER, ...settings });
  world.tokens.set(TOKEN, { ...alice, ...claims });
  return world;
}

/** Joins by a token in the frame, or is refused; what it was told. */
export function bringIn(world: World, room = "lobby", frame = {}): Peer {
  const peer = world.open(room);
  peer.send({ type: "join", token: TOKEN, ...frame });
  world.settle();
  return peer;
}
