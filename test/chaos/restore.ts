// Restore campaign: users talk by the SDK while a Deno server is backed up and dies, and the restore of the backup is killed at random.
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import { type DenoServer, spawnDeno, startDeno } from "../hosts/deno.ts";
import { denoTask } from "../hosts/deno-task.ts";
import { freePort, freshState } from "../hosts/dev-server.ts";
import { converse, PATIENCE_MS, VARS } from "./crash.ts";
import { Device } from "./support/device.ts";
import { same, sum } from "./support/statistics.ts";

export interface RestoreOptions {
  readonly kills: number;
  readonly people: number;
  readonly seed: number;
  /** So many more rooms that a restore takes long enough to be killed in it. */
  readonly rooms?: number;
}

const OTHER_ROOMS = 20_000;
const TALK_MS = 1000;

/** @throws Error with the broken promise */
export async function restore({
  kills,
  people,
  seed,
  rooms = OTHER_ROOMS,
}: RestoreOptions) {
  const chance = new SeededRandom(seed);
  const state = await freshState();
  const [data, backup, after] = ["data", "backup", "after"].map((name) =>
    join(state.path, name),
  ) as [string, string, string];
  const port = await freePort();
  const options = { settings: VARS, args: ["--port", `${port}`] };
  let server: DenoServer | null = await startDeno({ ...options, data });
  const { url } = server;
  const room = `chaos-${seed}`;
  const devices = Array.from({ length: people }, (_, n) => {
    const token = `secret-${n}-${seed}`.padEnd(24, "-");
    return new Device(url, room, `person${n}x${seed}`, token);
  });
  try {
    await Promise.all(devices.map(({ room }) => room.ready()));
    const talk = converse(devices, chance);
    await pause(TALK_MS);
    addRooms(join(data, "edge-chat.sqlite"), rooms);
    const acked = devices.flatMap((device) => [...device.acked]);
    const ackedPrivates = devices.flatMap((one) => [...one.ackedPrivates]);
    await denoTask("backup", backup, "--data", data);
    await pause(TALK_MS);
    await server.stop("SIGKILL");
    server = null;

    cpSync(backup, after, { recursive: true });
    const startMs = kills === 0 ? 0 : await startTime(backup, state.path);
    let restores = 0;
    for (let n = 1; n <= kills; n++) {
      await killIn(chance.next() * startMs, after, options.args);
      if (isRestored(after, backup)) {
        restores++;
        // The next kill is in a restore again.
        rmSync(after, { recursive: true });
        cpSync(backup, after, { recursive: true });
      }
    }
    server = await startDeno({ ...options, data: after });
    await pause(TALK_MS);
    await talk.stop();
    await waitUntil(
      () => "all acks after the restore",
      () => devices.every(({ isDone }) => isDone),
      PATIENCE_MS,
    );
    const before = { acked, ackedPrivates, restores };
    const figures = await judge(url, room, devices, before);
    return { ...figures, kills, "kills after the restore": restores };
  } finally {
    await Promise.all(devices.map(({ room }) => room.client.close()));
    await server?.stop("SIGKILL");
    await state.remove();
  }
}

/** Empty rooms, as other servers have many of. */
function addRooms(path: string, count: number): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA busy_timeout = 5000");
  database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      INSERT INTO room SELECT 'other-' || i, 'epoch-' || i FROM n`,
    )
    .run(count);
  // They have entered the registry.
  database.exec(
    "INSERT INTO room SELECT room || ' (registered)', '' FROM room WHERE room LIKE 'other-%'",
  );
  database.close();
}

/** @returns how long a server takes to restore the backup and to start, ms */
async function startTime(backup: string, folder: string): Promise<number> {
  const data = join(folder, "scratch");
  cpSync(backup, data, { recursive: true });
  const begun = performance.now();
  const { stop } = await startDeno({ data, args: ["--port", "0"] });
  const ms = performance.now() - begun;
  await stop("SIGKILL");
  return ms;
}

/** Starts a server, and kills it a moment later. */
async function killIn(ms: number, data: string, args: readonly string[]) {
  const { child } = spawnDeno(data, { settings: VARS, args });
  await pause(ms);
  if (child.exitCode !== null) throw new Error("The server did not start.");
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** @throws Error if the restore was done by half */
function isRestored(data: string, backup: string): boolean {
  const [now, was] = [data, backup].map(readEpochs) as [Epochs, Epochs];
  const kept = was.epochs.filter((epoch, i) => epoch === now.epochs[i]).length;
  if (now.isBackup && kept === was.epochs.length) return false;
  if (!now.isBackup && kept === 0) return true;
  throw new Error(`After a kill ${kept} rooms have the epoch of the backup.`);
}

interface Epochs {
  readonly isBackup: boolean;
  readonly epochs: readonly string[];
}

function readEpochs(folder: string): Epochs {
  const database = new DatabaseSync(join(folder, "edge-chat.sqlite"));
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE name = 'backup'")
    .all();
  const rows = database
    .prepare("SELECT epoch FROM room WHERE instr(room, ' ') = 0 ORDER BY room")
    .all();
  database.close();
  return {
    isBackup: names.length > 0,
    epochs: rows.map(({ epoch }) => String(epoch)),
  };
}

/** What was acked before the backup began. */
interface Before {
  /** How often the backup was restored whole before a kill. */
  readonly restores: number;
  readonly acked: Device["acked"];
  readonly ackedPrivates: Device["ackedPrivates"];
}

async function judge(
  url: string,
  room: string,
  devices: readonly Device[],
  before: Before,
) {
  const log = (await readLog(url, room)).map(({ text, seq }) => ({
    text,
    seq,
  }));
  const seqs = new Map(log.map(({ text, seq }) => [text, seq]));
  same("each text is there once", [seqs.size], [log.length]);
  same(
    "the numbers have no gap",
    log.map(({ seq }) => seq),
    log.map((_, i) => i + 1),
  );
  for (const { text, seq } of before.acked)
    same(`acked before the backup: ${text}`, [seqs.get(text)], [seq]);
  for (const device of devices) {
    const { username, failed, gaps, shownPrivates } = device;
    // A server that was killed after its restore has told a gap, too.
    if (gaps === 0 || gaps > 1 + before.restores)
      throw new Error(`${username} is told ${gaps} gaps.`);
    await waitUntil(
      () => `${username} to be shown the newest message`,
      () => device.shown.at(-1)?.seq === log.length,
      PATIENCE_MS,
    );
    const shown = device.shown.slice(device.shownBeforeGap);
    same(`${username} is shown the end`, shown, log.slice(-shown.length));
    same(`${username} is refused nothing`, failed, []);
    const privates = [...new Set(shownPrivates)];
    same(`${username}'s privates are there once`, shownPrivates, privates);
    const own = before.ackedPrivates.filter(({ to }) => to === username);
    for (const { text } of own)
      same(`${username} has ${text}`, [privates.includes(text)], [true]);
  }
  return {
    devices: devices.length,
    said: sum(devices.map(({ sentCount }) => sentCount)),
    "acked before the backup": before.acked.length,
    "stored in the room": log.length,
    "privates before the backup": before.ackedPrivates.length,
  };
}
