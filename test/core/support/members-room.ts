// Members' room: tests of access join by name, register names in another room, and look into tables.
import type { ServerFrame } from "../../../src/protocol/client-frames.ts";
import { type JoinOptions, join, startJoin } from "./people.ts";
import type { World } from "./world.ts";

export const CODE = "a-code-of-an-invitation";

/** @returns the first answer to a join: the welcome, or the error */
export function tryJoin(
  world: World,
  username: string,
  options: JoinOptions = {},
): ServerFrame | undefined {
  const peer = startJoin(world, "lobby", username, options);
  world.settle();
  return peer.inbox[0];
}

/** Registers the names in another room, and goes. */
export function register(world: World, ...names: string[]): void {
  for (const name of names) {
    const peer = join(world, "hall", name);
    peer.send("/register");
    world.settle();
    peer.close(1000);
  }
}

export function rows(world: World, table: string) {
  return world.room("lobby").database.tables[table] ?? [];
}

export const NO_MEMBER = { code: "forbidden", reason: "members_only" };
export const NO_NAME = { code: "forbidden", reason: "registered_only" };
