// People: users of a test world have secrets derived from their names, and join rooms by these helpers.
import { createHash } from "node:crypto";
import type { ConnectRequest } from "../../../src/core/shared/contract.ts";
import type {
  JoinFrame,
  PrivateAck,
} from "../../../src/protocol/client-frames.ts";
import type { Peer } from "./peer.ts";
import type { World } from "./world.ts";

/** A person's secret: all joins with it are of the same user. */
export function secretOf(person: string): string {
  return createHash("sha256").update(`secret of ${person}`).digest("hex");
}

/** The identity of a person: the hash of the secret. */
export function identityOf(person: string): string {
  return createHash("sha256").update(secretOf(person)).digest("base64url");
}

/** The public id of a person. */
export function userOf(person: string): string {
  return identityOf(person).slice(0, 16);
}

/** Fields of a join beyond the name; `as` is the person whose secret it has. */
export type JoinOptions = Partial<Omit<JoinFrame, "type" | "username">> & {
  readonly as?: string;
  readonly query?: Partial<ConnectRequest>;
};

/** Opens a connection and sends a join; the call to the directory is pending. */
export function startJoin(
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

/** Joins a room and delivers all pending calls. @throws if the join is refused */
export function join(
  world: World,
  room: string,
  username: string,
  options: JoinOptions = {},
): Peer {
  const peer = startJoin(world, room, username, options);
  world.settle();
  const isIn = options.query?.text
    ? peer.lines[0]?.startsWith("* you are")
    : peer.all("welcome").length > 0;
  if (!isIn)
    throw new Error(`Refused: ${JSON.stringify([peer.inbox, peer.lines])}`);
  return peer;
}

/** Joins several users to one room and empties their inboxes. */
export function joinAll<Name extends string>(
  world: World,
  room: string,
  ...names: Name[]
): Record<Name, Peer> {
  const peers = names.map((name) => [name, join(world, room, name)] as const);
  for (const [, peer] of peers) peer.take();
  return Object.fromEntries(peers) as Record<Name, Peer>;
}

/** Sends bob a private message. @returns the ack */
export function sendPrivateToBob(
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
 * Sends messages until the room is so busy that the next message will wait for
 * its flush. The room needs about 30 members. Empties all inboxes at the end.
 */
export function makeBusy(world: World, talker: Peer): void {
  const { host } = talker;
  // Joins that still wait to be told do not make a room busy.
  if (host.timer !== null) world.advance(host.timer - world.now);
  for (let sent = 0; host.timer === null; sent++) {
    if (sent > 5000) throw new Error("The room never gets busy.");
    talker.send("noise");
  }
  world.advance((host.timer ?? 0) - world.now);
  for (const peer of host.peers) {
    peer.take();
    peer.takeLines();
  }
}

/**
 * Sends private messages until the newest one waits in the room's queue, after a
 * call with two of them.
 */
export function makePrivatesBusy(world: World, talker: Peer, to: string): void {
  for (let i = 0; i < 3; i++) talker.send(`@${to} noise`);
  world.settle();
  talker.send(`@${to} noise`);
  if (talker.host.timer === null) throw new Error("The room is not busy.");
}
