// Transfer campaign: users talk by the SDK while their server is backed up by rooms and names; the other host restores it, and is killed at random meanwhile.
import { join as joinPath } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runBackupTask } from "../../src/cli/server-backup.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import { freshState } from "../hosts/dev-server.ts";
import { HOSTS, type HostName } from "../hosts/killable-server.ts";
import { converse, PATIENCE_MS, VARS } from "./crash.ts";
import { Device } from "./support/device.ts";
import { Host } from "./support/host.ts";
import { same, sum } from "./support/statistics.ts";

export interface TransferOptions {
  /** The one that restores; the users come from the other one. */
  readonly host: HostName;
  readonly kills: number;
  readonly people: number;
  readonly seed: number;
}

const ADMIN_SECRET = "secret-of-the-operator";
const TALK_MS = 1000;
/** Rooms beside the one in which all talk, so that a restore takes a while. */
const ROOMS = 30;
/** A restore takes about so long; each kill comes in that time. */
const RESTORE_MS: Readonly<Record<HostName, number>> = {
  cloudflare: 4000,
  deno: 600,
};
const ROUNDS_MAX = 5;

/** @throws Error with the broken promise */
export async function transfer(options: TransferOptions) {
  const { host, kills, people, seed } = options;
  const chance = new SeededRandom(seed);
  const vars = { ...VARS, ADMIN_SECRET };
  const [other = host] = HOSTS.filter((name) => name !== host);
  const state = await freshState();
  const folder = joinPath(state.path, "backup");
  const source = await Host.start(other, vars);
  const target = await Host.start(host, vars).catch(async (error) => {
    await source.close();
    throw error;
  });
  const room = `chaos-${seed}`;
  const devices: Device[] = [];
  const deviceAt = (url: string, n: number, where = room) => {
    const token = `secret-${n}-${seed}`.padEnd(24, "-");
    const device = new Device(url, where, `person${n}x${seed}`, token);
    devices.push(device);
    return device;
  };
  const task = (verb: "backup" | "restore", url: string) =>
    runBackupTask({ verb, folder, url, secret: ADMIN_SECRET }, () =>
      Date.now(),
    );
  try {
    const talkers = Array.from({ length: people }, (_, n) =>
      deviceAt(source.url, n),
    );
    for (const { room } of talkers) {
      await room.ready();
      await room.client.register();
    }
    for (let n = 0; n < ROOMS; n++) {
      const { room: other } = deviceAt(source.url, 0, `${room}-${n}`);
      await other.send("hello");
      await other.client.close();
    }
    const talk = converse(talkers, chance);
    await pause(TALK_MS);
    const acked = talkers.flatMap((device) => [...device.acked]);
    const ackedPrivates = talkers.flatMap((device) => [
      ...device.ackedPrivates.map((one) => ({ ...one, from: device.username })),
    ]);
    const made = await task("backup", source.url);
    if (!made.ok) throw new Error(made.lines.join("\n"));
    await talk.stop();
    const { epoch } = await pageOf(source.url, room);
    for (const { room } of talkers) await room.client.close();
    await source.kill();

    for (let n = 1; n <= kills; n++) {
      const restoring = task("restore", target.url);
      await pause(chance.next() * RESTORE_MS[host]);
      await target.kill();
      await restoring;
      await target.start();
    }
    let rounds = 0;
    for (;;) {
      const { ok, lines } = await task("restore", target.url);
      rounds++;
      if (ok) break;
      if (rounds === ROUNDS_MAX) throw new Error(lines.join("\n"));
    }

    const log = await readLog(target.url, room);
    const seqs = new Map(log.map(({ text, seq }) => [text, seq]));
    same("each text is there once", [seqs.size], [log.length]);
    for (const { text, seq } of acked)
      same(`acked before the backup: ${text}`, [seqs.get(text)], [seq]);
    for (let n = 0; n < ROOMS; n++) {
      const texts = await readLog(target.url, `${room}-${n}`);
      same(`room ${n}`, [texts.length, texts[0]?.text], [1, "hello"]);
    }
    const welcome = await welcomeOf(target.url, room, { since: 1, epoch });
    same("a client finds a gap", [welcome.gap, welcome.resumed], [true, false]);
    const back = Array.from({ length: people }, (_, n) =>
      deviceAt(target.url, n),
    );
    for (const device of back) {
      const { username, shownPrivates } = device;
      await device.room.ready();
      const own = ackedPrivates
        .filter(({ from, to }) => [from, to].includes(username))
        .map(({ text }) => text);
      await waitUntil(
        () => `${username} to be shown ${own.length} privates`,
        () => own.every((text) => shownPrivates.includes(text)),
        PATIENCE_MS,
      );
      const once = [...new Set(shownPrivates)];
      same(`${username}'s privates are there once`, shownPrivates, once);
    }
    return {
      said: sum(talkers.map(({ sentCount }) => sentCount)),
      "acked before the backup": acked.length,
      "stored in the room": log.length,
      "privates before the backup": ackedPrivates.length,
      ...{ kills, "restores at the end": rounds },
    };
  } finally {
    await Promise.all(devices.map(({ room }) => room.client.close()));
    await source.close();
    await target.close();
    await state.remove();
  }
}

async function pageOf(url: string, room: string): Promise<{ epoch: string }> {
  const answer = await fetch(`${url}/rooms/${room}/messages?limit=1`);
  return answer.json() as Promise<{ epoch: string }>;
}

/** The first answer to a client that has been in the room before. */
function welcomeOf(url: string, room: string, more: object) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/rooms/${room}`);
  const token = "late".padEnd(24, "-");
  socket.onopen = () =>
    socket.send(
      JSON.stringify({ type: "join", username: "late", token, ...more }),
    );
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    socket.onerror = () => reject(new Error("The room cannot be joined."));
    socket.onmessage = ({ data }) => {
      resolve(JSON.parse(String(data)));
      socket.close();
    };
  });
}
