// What rooms ask of a directory, asked by hand.
import type { Op, Rank, Reply } from "../../../src/core/shared/rpc.ts";
import type { Peer } from "./peer.ts";
import { identityOf } from "./people.ts";
import type { World } from "./world.ts";

const alice = identityOf("alice");

/** Asks a name's directory as a room does; what it has answered so far. */
export function ask(world: World, username: string, ...ops: Op[]): Reply[] {
  const heard: Reply[] = [];
  world.directory(username).ask(ops, (replies) => {
    heard.push(...(replies ?? []));
  });
  return heard;
}

export function enter(
  room: string,
  version: number,
  identity = alice,
  rank: Rank = "guest",
): Op {
  return { type: "enter", identity, rank, username: "alice", room, version };
}

export function leave(room: string, version: number, identity = alice): Op {
  return { type: "leave", identity, room, version };
}

/** What became of a join. */
export function outcome(peer: Peer): string {
  const [first] = peer.inbox;
  if (first?.type === "error") return first.code;
  return first?.type ?? "nothing yet";
}

/** Does the directory remember anything? */
export function isForgotten(world: World, username: string): boolean {
  const { database, alarm } = world.directory(username);
  return Object.keys(database.tables).length === 0 && alarm === null;
}
