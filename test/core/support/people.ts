// Users in a world: their secrets, and the way into a room.
import { createHash } from "node:crypto";
import type { ConnectRequest } from "../../../src/core/shared/contract.ts";
import type {
  JoinFrame,
  PrivateAck,
} from "../../../src/protocol/client-frames.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** Somebody's secret: whoever joins with it is the same person. */
export function secretOf(person: string): string {
  return createHash("sha256").update(`secret of ${person}`).digest("hex");
}

/** The identity that the secret stands for. */
export function identityOf(person: string): string {
  return createHash("sha256").update(secretOf(person)).digest("base64url");
}

/** Their public id. */
export function userOf(person: string): string {
  return identityOf(person).slice(0, 16);
}

/** What a join may say beyond the name; `as` is whose secret it brings. */
export type JoinOptions = Partial<Omit<JoinFrame, "type" | "username">> & {
  readonly as?: string;
  readonly query?: Partial<ConnectRequest>;
};

/** Opens a connection and asks to be let in; the directory has yet to think. */
export function arrive(
  world: World,
  room: string,
  username: string,
  { as = username, query = {}, ...more }: JoinOptions = {},
): Peer {
  const peer = world.open(room, query);
  const token = secretOf(as);
  peer.send({ type: "join", username, token, ...more });
  return peer;
}

/** Joins a room; everything that is on its way arrives. */
export function join(
  world: World,
  room: string,
  username: string,
  options: JoinOptions = {},
): Peer {
  const peer = arrive(world, room, username, options);
  world.settle();
  const isIn = options.query?.text
    ? peer.lines[0]?.startsWith("* you are")
    : peer.all("welcome").length > 0;
  if (!isIn)
    throw new Error(`Refused: ${JSON.stringify([peer.inbox, peer.lines])}`);
  return peer;
}

/** Several users in one room, with nothing unread. */
export function meet<Name extends string>(
  world: World,
  room: string,
  ...names: Name[]
): Record<Name, Peer> {
  const peers = names.map((name) => [name, join(world, room, name)] as const);
  for (const [, peer] of peers) peer.take();
  return Object.fromEntries(peers) as Record<Name, Peer>;
}

/** Writes to bob, and returns the ack. */
export function writeToBob(
  world: World,
  alice: Peer,
  text: string,
): PrivateAck {
  alice.send(`@bob ${text}`);
  world.settle();
  const ack = alice.last("ack");
  if (!("private" in ack)) throw new Error("Not of a private message.");
  return ack;
}

/**
 * Talks until the room's flush waits: the next message will wait too. It has
 * to be a room of some 30. Nobody there has anything unread afterwards.
 */
export function makeBusy(world: World, talker: Peer): void {
  const { host } = talker;
  for (let said = 0; host.timer === null; said++) {
    if (said > 5000) throw new Error("The room never gets busy.");
    talker.send("noise");
  }
  world.advance((host.timer ?? 0) - world.now);
  for (const peer of host.peers) {
    peer.take();
    peer.read();
  }
}

/** Writes to somebody until the room holds the newest of it back. */
export function makePostBusy(world: World, talker: Peer, to: string): void {
  const { host } = talker;
  for (let said = 0; host.timer === null; said++) {
    if (said > 1000) throw new Error("The room never gets busy.");
    talker.send(`@${to} noise`);
    world.settle();
  }
}
