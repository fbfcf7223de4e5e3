// Bill: measures the Cloudflare cost of messages, visits, private messages and a deploy.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClosedLoop } from "../load/closed-loop.ts";
import { joinAll, joinNew, type Member, sinceOf } from "../load/member.ts";
import { Publisher } from "../load/publisher.ts";
import { pause } from "../machine/process-tree.ts";
import { sayAt } from "../scenarios/steady.ts";
import { PUBLISH_KEY } from "../servers/contenders.ts";
import { MeteredServer } from "./metered-server.ts";
import type { Cost } from "./prices.ts";
import { quietSocketIo } from "./quiet-socketio.ts";

/** One line of the bill: the cost of one unit, priced for `per` units. */
export interface Item {
  readonly what: string;
  readonly per: number;
  readonly cost: Cost;
}

/** Each member sends a message in this interval. */
const EVERY_SECONDS = 10;
const GRACE_MS = 4000;
const CLAIM_SECONDS = 1;
/**
 * After this time the names are free, and former members cause no more cost.
 */
const GONE_MS = GRACE_MS + CLAIM_SECONDS * 1000 + 2000;
const MILLION = 1_000_000;
const SETTINGS = {
  PRESENCE_GRACE_MS: GRACE_MS,
  GUEST_CLAIM_SECONDS: CLAIM_SECONDS,
};
/** A name is still its user's at the next visit. */
const LONG_CLAIMS = { PRESENCE_GRACE_MS: 0, GUEST_CLAIM_SECONDS: 86_400 };

export async function bill(isQuick: boolean): Promise<Item[]> {
  const items: Item[] = [];
  const add = (what: string, per: number, cost: Cost) => {
    items.push({ what, per, cost });
    console.error(`bill: ${what}`, cost);
  };
  const metered = await MeteredServer.open(SETTINGS);
  try {
    for (const [rooms, members] of [
      [10, 10],
      [1, 100],
      [1, 1000],
    ] as const)
      add(
        `a million messages, quiet rooms of ${members}`,
        MILLION,
        await quiet(metered, rooms, members, isQuick ? 5 : 20),
      );
    add(
      "a million messages, a crowd of 200",
      MILLION,
      await crowd(metered, isQuick ? 2 : 5),
    );
    add("1,000 visits", 1000, await visits(metered, isQuick ? 100 : 1000));
    for (const [what, batch] of [
      ["a message by HTTP", 1],
      ["a message by HTTP, of a batch of 100", 100],
    ] as const)
      add(what, 1, await published(metered, batch, isQuick ? 200 : 1000));
    add("a private message", 1, await privates(metered, isQuick ? 50 : 200));
  } finally {
    await metered.server.stop();
  }
  const { first, later } = await visitsOfNames(isQuick ? 50 : 500);
  add("a first visit of a name", 1, first);
  add("a later visit of a name", 1, later);
  add(
    "an hour of 1,000 quiet Socket.IO clients",
    1000,
    await quietSocketIo(isQuick ? 10 : 60),
  );
  const connections = isQuick ? 200 : 1000;
  add("a deploy with 1,000 connections", 1000, await deploy(connections));
  return items;
}

/** Rooms in which each member sends a message every ten seconds. */
async function quiet(
  metered: MeteredServer,
  rooms: number,
  members: number,
  seconds: number,
): Promise<Cost> {
  const { meeting } = metered;
  const everyone = Array.from({ length: rooms * members }, (_, i) => ({
    room: `bill-${members}-${i % rooms}`,
    username: `bill-${members}-${i}`,
  }));
  const all = await joinAll(meeting, everyone);
  const cost = await metered.cost(async () => {
    meeting.tally.reset();
    const stop = sayAt(all.length / EVERY_SECONDS, all);
    await pause(seconds * 1000);
    stop();
    await pause(500);
    return meeting.tally.acks;
  });
  for (const member of all) member.close();
  await pause(GONE_MS);
  return cost;
}

/** Each member sends the next message when the last one is acked. */
async function crowd(metered: MeteredServer, seconds: number): Promise<Cost> {
  const { meeting } = metered;
  const members = await joinNew(meeting, "bill-crowd", 200);
  const loop = new ClosedLoop(members, (member) => member.sendMessage());
  const cost = await metered.cost(async () => {
    meeting.tally.reset();
    loop.start();
    await pause(seconds * 1000);
    await loop.stop();
    return meeting.tally.acks;
  });
  for (const member of members) member.close();
  await pause(GONE_MS);
  return cost;
}

/** Users join a room of ten and leave, each under a new name. */
async function visits(metered: MeteredServer, count: number): Promise<Cost> {
  const { meeting } = metered;
  const residents = await joinNew(meeting, "bill-visits", 10);
  const cost = await metered.cost(async () => {
    for (let i = 0; i < count; i += 10) {
      const guests = await joinNew(meeting, "bill-visits", 10, `guest${i}-`);
      for (const guest of guests) guest.close();
    }
    // The last name must be free before the count ends.
    await pause(GONE_MS);
    return count;
  });
  for (const resident of residents) resident.close();
  return cost;
}

/** Users join a room of ten; after all have left, they join it again. */
async function visitsOfNames(
  count: number,
): Promise<{ first: Cost; later: Cost }> {
  const metered = await MeteredServer.open(LONG_CLAIMS);
  const { meeting, server } = metered;
  try {
    await joinNew(meeting, "bill-names", 10);
    const visit = async (guests: Member[]) => {
      guests.push(...(await joinNew(meeting, "bill-names", count, "guest")));
      return count;
    };
    const guests: Member[] = [];
    const first = await metered.cost(() => visit(guests));
    for (const guest of guests.splice(0)) guest.close();
    await pause(1000);
    await server.settles();
    const later = await metered.cost(() => visit(guests));
    return { first, later };
  } finally {
    await server.stop();
  }
}

/** One message at a time, from a member of one room to a member of another. */
async function privates(metered: MeteredServer, count: number): Promise<Cost> {
  const { meeting } = metered;
  const [sender] = await joinNew(meeting, "bill-from", 1);
  const [addressee] = await joinNew(meeting, "bill-to", 1);
  if (sender === undefined || addressee === undefined)
    throw new Error("Nobody joined.");
  const cost = await metered.cost(
    () =>
      new Promise((resolve) => {
        let left = count;
        sender.onAck = () => {
          if (--left === 0) resolve(count);
          else sender.sendPrivate(addressee.username);
        };
        sender.sendPrivate(addressee.username);
      }),
  );
  sender.close();
  addressee.close();
  return cost;
}

/** One request at a time, to a room of ten. */
async function published(
  metered: MeteredServer,
  batch: number,
  count: number,
): Promise<Cost> {
  const { meeting } = metered;
  const room = `bill-http-${batch}`;
  const members = await joinNew(meeting, room, 10);
  const publisher = new Publisher(meeting, {
    ...{ room, key: PUBLISH_KEY, batch, connections: 1 },
  });
  const cost = await metered.cost(async () => {
    for (let sent = 0; sent < count; sent += batch) await publisher.send();
    return count;
  });
  await publisher.stop();
  for (const member of members) member.close();
  await pause(GONE_MS);
  return cost;
}

/**
 * The server stops, a new one starts with its data, and all clients reconnect.
 */
async function deploy(count: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-deploy-"));
  try {
    const old = await MeteredServer.open(SETTINGS, folder);
    const members = await joinNew(old.meeting, "bill-deploy", count);
    await old.server.stop();
    const fresh = await MeteredServer.open(SETTINGS, folder);
    const back = members.map(({ username, welcome }) => ({
      room: "bill-deploy",
      username,
      ...sinceOf(welcome),
    }));
    const cost = await fresh.cost(async () => {
      await joinAll(fresh.meeting, back);
      await pause(GRACE_MS);
      return count;
    });
    await fresh.server.stop();
    return cost;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
