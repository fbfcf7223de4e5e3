// Asked room: a test has a room whose app is asked, with alice and bob in it.
import { AppStub, type Asked } from "./app-stub.ts";
import type { Peer } from "./peer.ts";
import { joinAll } from "./people.ts";
import { World } from "./world.ts";

/** So that a test may send many. */
export const MESSAGES = { RATE_BURST: 1000 };

/** Alice and bob are in the lobby, whose app has these hooks. */
export function started(
  hooks: readonly Asked["hook"][] = ["message"],
  world = new World(MESSAGES),
) {
  const app = new AppStub(world, hooks);
  return { world, app, ...joinAll(world, "lobby", "alice", "bob") };
}

export function say(peer: Peer, text: string, id = text) {
  peer.send({ type: "message", text, id });
}

export function textsOf(peer: Peer) {
  return peer.all("message").map(({ text }) => text);
}

export function ackedIds(peer: Peer) {
  return peer.all("ack").map(({ id }) => id);
}
