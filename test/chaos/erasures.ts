// Erasures campaign: users are erased one after the other, the server is killed meanwhile, and then no table has anything of them.
import { readdirSync, readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { connect, memoryStorage, type Room } from "../../src/client/index.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import { publicIdOf } from "../conformance/support/people.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { PATIENCE_MS, VARS } from "./crash.ts";
import { Host } from "./support/host.ts";
import { same } from "./support/statistics.ts";

export interface ErasuresOptions {
  readonly host: HostName;
  readonly kills: number;
  readonly seed: number;
}

const ADMIN_SECRET = "secret-of-the-operator";
/** They are mentioned in messages that are deleted, edited and dropped. */
const AWAY = ["dora", "doro", "dina"];
/** So that a busy room drops what is older. */
const ROOM_HISTORY = 20;
const NOISE = 150;
/** A kill comes so long after the request, at most. */
const ERASE_MS = 1500;
const ASK_MS = 100;
/** The local runtime of Cloudflare keeps the URLs of all requests. */
const LOCAL_LOGS = /[\\/]observability[\\/]/;
/** On Deno no file has any of it a minute later. */
const FILES_MS = 70_000;

/** @throws Error with the broken promise */
export async function erasures({ host: name, kills, seed }: ErasuresOptions) {
  const chance = new SeededRandom(seed);
  const host = await Host.start(name, { ...VARS, ROOM_HISTORY, ADMIN_SECRET });
  const rooms: Room[] = [];
  const enter = async (room: string, username: string) => {
    const token = `secret-of-${username}`.padEnd(24, "-");
    const options = { room, username, token, storage: memoryStorage() };
    const entered = connect(host.url, options);
    rooms.push(entered);
    await entered.ready();
    return entered;
  };
  const traces: string[] = [];
  let running = 0;
  try {
    for (const name of AWAY) {
      const { client } = await enter("den", `${name}${seed}`);
      await client.register();
      await client.close();
    }
    const bob = await enter("lobby", `bob${seed}`);
    await bob.client.register();
    for (let n = 1; n <= kills; n++) {
      const victim = `zelda${n}x${seed}`;
      const word = `xyzzy${n}x${seed}`;
      const user = publicIdOf(`secret-of-${victim}`.padEnd(24, "-"));
      traces.push(victim, word, user);
      const lobby = await enter("lobby", victim);
      await lobby.client.register();
      await playVictim(lobby, word, seed);
      const busy = await enter(`busy-${n}`, victim);
      await busy.send(`${word} hi @dina${seed}`);
      const other = await enter(`busy-${n}`, `bob${seed}`);
      for (let i = 0; i < NOISE; i++) other.send(`noise ${"long ".repeat(50)}`);
      await other.send(`stays ${n}`);
      await bob.client.sendPrivate(victim, "a letter");
      await lobby.client.sendPrivate(bob.client.username, word);
      await other.client.close();
      const state = await erase(host.url, { user, username: victim });
      same("the erasure has begun", [state], ["running"]);
      await pause(chance.next() * ERASE_MS);
      await host.kill();
      await host.start();
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const { state, unansweredNames } = await read(host.url, user);
        if (state === "done") break;
        running++;
        if (Date.now() > deadline)
          throw new Error(`${victim}: ${state}, ${unansweredNames} names left`);
        await pause(ASK_MS);
      }
      await lobby.client.close();
      await busy.client.close();
    }
    // A Worker's old pages cannot be reached: see the guide.
    if (name === "deno")
      await waitUntil(
        () => `no file to have: ${filesWith(host.state, traces).join(", ")}`,
        () => filesWith(host.state, traces).length === 0,
        FILES_MS,
      );
    for (const { client } of rooms) await client.close();
    await host.kill();
    const tables = readTables(host.state);
    const found = traces.flatMap((trace) =>
      tables
        .filter(({ rows }) => rows.includes(trace))
        .map(({ name }) => `${trace} in ${name}`),
    );
    same("what is left of those who were erased", found, []);
    for (const kept of [`bob${seed}`, `stays ${kills}`])
      if (!tables.some(({ rows }) => rows.includes(kept)))
        throw new Error(`${kept} is gone.`);
    return { kills, "erased users": kills, "asked while it ran": running };
  } finally {
    await Promise.all(rooms.map(({ client }) => client.close()));
    await host.close();
  }
}

/** Mentions people who are away, each in a message that loses its text. */
async function playVictim(room: Room, word: string, seed: number) {
  const [deleted, edited] = await Promise.all(
    ["dora", "doro"].map((name) => room.send(`${word} hi @${name}${seed}`)),
  );
  await room.send(word);
  await (await room.messageAt(deleted?.seq ?? 0)).delete();
  await (await room.messageAt(edited?.seq ?? 0)).edit("hi");
}

async function erase(
  url: string,
  body: { readonly user: string; readonly username: string },
): Promise<unknown> {
  const answer = await fetch(`${url}/admin/users/erase`, {
    method: "POST",
    headers: { ...AUTHORIZED, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return Object(await answer.json()).state;
}

const AUTHORIZED = { Authorization: `Bearer ${ADMIN_SECRET}` };

async function read(url: string, user: string) {
  const path = `${url}/admin/users/erase/${user}`;
  const answer = await fetch(path, { headers: AUTHORIZED });
  return Object(await answer.json());
}

/** All files of a folder, and of those in it. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => joinPath(parentPath, name));
}

function filesWith(folder: string, texts: readonly string[]): string[] {
  return filesOf(folder).flatMap((file) => {
    const bytes = readFileSync(file);
    return texts
      .filter((text) => bytes.includes(text))
      .map((text) => `${text} in ${file}`);
  });
}

/** @returns the rows of all tables of all databases below a folder, as text */
function readTables(folder: string): { name: string; rows: string }[] {
  return filesOf(folder)
    .filter((file) => file.endsWith(".sqlite") && !LOCAL_LOGS.test(file))
    .flatMap((file) => {
      const database = new DatabaseSync(file);
      const tables = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .all();
      const read = tables.map(({ name }) => {
        const statement = database.prepare(`SELECT * FROM "${name}"`);
        statement.setReadBigInts(true);
        const rows = statement.all().map((row) => Object.values(row));
        return { name: `${name} of ${file}`, rows: rows.flat().join("\n") };
      });
      database.close();
      return read;
    });
}
