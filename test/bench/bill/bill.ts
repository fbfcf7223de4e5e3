// Bill: measures the Cloudflare cost of messages, visits, private messages and a deploy.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joinAll, joinNew, type LoadContext, sinceOf } from "../load/member.ts";
import { Tally } from "../load/tally.ts";
import { pause } from "../machine/process-tree.ts";
import { Server } from "../machine/server.ts";
import { sayAt } from "../scenarios/steady.ts";
import { CONTENDERS, countedCommand } from "../servers/contenders.ts";
import { type Cost, costOf } from "./prices.ts";
import type { Totals } from "./totals.ts";

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

class MeteredServer {
  readonly server: Server;
  readonly meeting: LoadContext;

  private constructor(server: Server) {
    const { dialect } = CONTENDERS["edge-chat"];
    this.server = server;
    this.meeting = { port: server.port, dialect, tally: new Tally() };
  }

  static async open(folder?: string): Promise<MeteredServer> {
    const settings = {
      PRESENCE_GRACE_MS: GRACE_MS,
      GUEST_CLAIM_SECONDS: CLAIM_SECONDS,
    };
    const command = await countedCommand({ settings });
    return new MeteredServer(await Server.start(command, folder));
  }

  async totals(): Promise<Totals> {
    const response = await fetch(`${this.server.report.url}/bench/totals`);
    return (await response.json()) as Totals;
  }

  /**
   * Runs `goesOn`, which resolves with its number of units, and returns the
   * cost of one.
   */
  async cost(goesOn: () => Promise<number>): Promise<Cost> {
    await this.server.settles();
    const [before, cpu] = [await this.totals(), this.server.cpuSeconds()];
    const units = await goesOn();
    await this.server.settles();
    const [after, seconds] = [await this.totals(), this.server.cpuSeconds()];
    return costOf(minus(after, before), seconds - cpu, units);
  }
}

export async function bill(isQuick: boolean): Promise<Item[]> {
  const items: Item[] = [];
  const add = (what: string, per: number, cost: Cost) => {
    items.push({ what, per, cost });
    console.error(`bill: ${what}`, cost);
  };
  const metered = await MeteredServer.open();
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
    add("a private message", 1, await privates(metered, isQuick ? 50 : 200));
  } finally {
    await metered.server.stop();
  }
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
  const cost = await metered.cost(async () => {
    meeting.tally.reset();
    for (const member of members) {
      member.onAck = () => member.sendMessage();
      member.sendMessage();
    }
    await pause(seconds * 1000);
    for (const member of members) member.onAck = null;
    await pause(500);
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

/**
 * The server stops, a new one starts with its data, and all clients reconnect.
 */
async function deploy(count: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-deploy-"));
  try {
    const old = await MeteredServer.open(folder);
    const members = await joinNew(old.meeting, "bill-deploy", count);
    await old.server.stop();
    const fresh = await MeteredServer.open(folder);
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

function minus(after: Totals, before: Totals): Totals {
  const entries = Object.entries(after).map(([name, value]) => [
    name,
    value - before[name as keyof Totals],
  ]);
  return Object.fromEntries(entries);
}
