// Moderated room: a test has a room with an owner, a moderator and two other users, all with registered names.
import type { AppHooks } from "../../../src/core/shared/app-verdicts.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import type { Peer } from "./peer.ts";
import { join } from "./people.ts";
import { World } from "./world.ts";

export interface ModeratedRoom {
  readonly world: World;
  readonly owner: Peer;
  readonly mod: Peer;
  readonly bob: Peer;
  readonly carol: Peer;
}

/** Alice owns the lobby, mia is a moderator, bob and carol are neither. */
export function moderatedRoom(
  settings: Partial<Settings> = {},
  hooks: (world: World) => AppHooks | null = () => null,
): ModeratedRoom {
  const world = new World(settings);
  for (const name of ["alice", "mia", "bob"]) {
    const peer = join(world, "hall", name);
    peer.send("/register");
    world.settle();
    peer.close(1000);
  }
  world.hooks = hooks(world);
  const [owner, mod, bob, carol] = ["alice", "mia", "bob", "carol"].map(
    (name) => join(world, "lobby", name),
  ) as [Peer, Peer, Peer, Peer];
  owner.send("/op mia");
  world.settle();
  for (const peer of [owner, mod, bob, carol]) peer.take();
  return { world, owner, mod, bob, carol };
}

/** The codes of all errors that a peer has got. */
export function errorsOf(peer: Peer): string[] {
  return peer.all("error").map(({ code }) => code);
}
