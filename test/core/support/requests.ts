// Requests: a test asks a directory as rooms do.

import type { Rank } from "../../../src/core/shared/directory-requests.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import type { Peer } from "./peer.ts";
import { identityOf } from "./people.ts";
import type { World } from "./world.ts";

const alice = identityOf("alice");

/** Asks the directory of a name. @returns its replies, filled in when they come */
export function ask(world: World, username: string, ...ops: Op[]): Reply[] {
  const answers: Reply[] = [];
  world.directory(username).ask(ops, (replies) => {
    answers.push(...(replies ?? []));
  });
  return answers;
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

/** @returns `welcome`, the error's code, or "nothing yet" */
export function outcome(peer: Peer): string {
  const [first] = peer.inbox;
  if (first?.type === "error") return first.code;
  return first?.type ?? "nothing yet";
}

/** Has the directory neither storage nor an alarm? */
export function isForgotten(world: World, username: string): boolean {
  const { database, alarm } = world.directory(username);
  return Object.keys(database.tables).length === 0 && alarm === null;
}
