// The bill: what messages, visits, private messages and a deploy cost on Cloudflare, counted here.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gather, joinAll, type Meeting } from "../load/member.ts";
import { Tally } from "../load/tally.ts";
import { pause } from "../machine/process-tree.ts";
import { Server } from "../machine/server.ts";
import { sayAt } from "../scenarios/steady.ts";
import { sinceOf } from "../scenarios/storm.ts";
import { countedCommand, ENTRANTS } from "../servers/catalogue.ts";
import { type Cost, costOf } from "./prices.ts";
import type { Totals } from "./totals.ts";

/** One line of the bill: `cost` is for one, `per` how many are priced. */
export interface Item {
  readonly what: string;
  readonly per: number;
  readonly cost: Cost;
}

/** Everybody says something so often. */
const EVERY_SECONDS = 10;
const GRACE_MS = 4000;
const CLAIM_SECONDS = 1;
/** After that names are free again, and whoever went is on nobody's bill. */
const GONE_MS = GRACE_MS + CLAIM_SECONDS * 1000 + 2000;
const MILLION = 1_000_000;

class Till {
  readonly server: Server;
  readonly meeting: Meeting;

  private constructor(server: Server) {
    const { dialect } = ENTRANTS["edge-chat"];
    this.server = server;
    this.meeting = { port: server.port, dialect, tally: new Tally() };
  }

  static async open(folder?: string): Promise<Till> {
    const settings = {
      PRESENCE_GRACE_MS: GRACE_MS,
      GUEST_CLAIM_SECONDS: CLAIM_SECONDS,
    };
    const command = await countedCommand({ settings });
    return new Till(await Server.start(command, folder));
  }

  async totals(): Promise<Totals> {
    const response = await fetch(`${this.server.said.url}/bench/totals`);
    return (await response.json()) as Totals;
  }

  /** What goes on in there, for one of so many. */
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
  const till = await Till.open();
  try {
    for (const [rooms, members] of [
      [10, 10],
      [1, 100],
      [1, 1000],
    ] as const)
      add(
        `a million messages, quiet rooms of ${members}`,
        MILLION,
        await quiet(till, rooms, members, isQuick ? 5 : 20),
      );
    add(
      "a million messages, a crowd of 200",
      MILLION,
      await crowd(till, isQuick ? 2 : 5),
    );
    add("1,000 visits", 1000, await visits(till, isQuick ? 100 : 1000));
    add("a private message", 1, await privates(till, isQuick ? 50 : 200));
  } finally {
    await till.server.stop();
  }
  const connections = isQuick ? 200 : 1000;
  add("a deploy with 1,000 connections", 1000, await deploy(connections));
  return items;
}

/** Rooms in which everybody says something every ten seconds. */
async function quiet(
  till: Till,
  rooms: number,
  members: number,
  seconds: number,
): Promise<Cost> {
  const { meeting } = till;
  const everyone = Array.from({ length: rooms * members }, (_, i) => ({
    room: `bill-${members}-${i % rooms}`,
    username: `bill-${members}-${i}`,
  }));
  const all = await joinAll(meeting, everyone);
  const cost = await till.cost(async () => {
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

/** Everybody says the next thing once the last is acked. */
async function crowd(till: Till, seconds: number): Promise<Cost> {
  const { meeting } = till;
  const members = await gather(meeting, "bill-crowd", 200);
  const cost = await till.cost(async () => {
    meeting.tally.reset();
    for (const member of members) {
      member.onAck = () => member.say();
      member.say();
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

/** People join a room of ten and go again, each under a name of their own. */
async function visits(till: Till, count: number): Promise<Cost> {
  const { meeting } = till;
  const residents = await gather(meeting, "bill-visits", 10);
  const cost = await till.cost(async () => {
    for (let i = 0; i < count; i += 10) {
      const guests = await gather(meeting, "bill-visits", 10, `guest${i}-`);
      for (const guest of guests) guest.close();
    }
    // Until the last one's name is free again.
    await pause(GONE_MS);
    return count;
  });
  for (const resident of residents) resident.close();
  return cost;
}

/** One at a time, from a member of one room to one of another. */
async function privates(till: Till, count: number): Promise<Cost> {
  const { meeting } = till;
  const [sender] = await gather(meeting, "bill-from", 1);
  const [addressee] = await gather(meeting, "bill-to", 1);
  if (sender === undefined || addressee === undefined)
    throw new Error("Nobody joined.");
  const cost = await till.cost(
    () =>
      new Promise((resolve) => {
        let left = count;
        sender.onAck = () => {
          if (--left === 0) resolve(count);
          else sender.whisper(addressee.username);
        };
        sender.whisper(addressee.username);
      }),
  );
  sender.close();
  addressee.close();
  return cost;
}

/** The server goes, another comes up on what it stored, and all come back. */
async function deploy(count: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-deploy-"));
  try {
    const old = await Till.open(folder);
    const members = await gather(old.meeting, "bill-deploy", count);
    await old.server.stop();
    const fresh = await Till.open(folder);
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
