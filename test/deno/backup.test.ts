// Backup tests: the command copies the data of a running server, replaces nothing but a backup, and a server restores the copy with what was deleted since.
import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { denoTask } from "../hosts/deno-task.ts";
import { dataFolder, runOut, serve } from "./support/servers.ts";

/** Some seconds before and after: the clock of a test is its own. */
const CLOCK_MS = 60_000;

function textsIn(folder: string): string {
  return readdirSync(folder)
    .map((file) => readFileSync(joinPath(folder, file), "latin1"))
    .join("");
}

function databaseIn(folder: string): string {
  return joinPath(folder, "edge-chat.sqlite");
}

test("an operator backs up a server in use, into files that nobody else may read", async () => {
  const [data, backup] = [dataFolder(), dataFolder()];
  const server = await serve({ data });
  const alice = await join(uniqueName("lobby"), person("alice"));
  for (const text of ["one-of-both", "two-of-both"]) {
    await alice.sendMessage(text);
    const printed = await denoTask("backup", backup, `--data=${data}`);
    const [, json = ""] = /^backup (\{.*)$/m.exec(printed) ?? [];
    const told = JSON.parse(json);
    expect(told).toMatchObject({ file: databaseIn(backup) });
    expect(told.bytes).toBe(statSync(databaseIn(backup)).size);
    expect(Math.abs(Date.parse(told.made) - Date.now())).toBeLessThan(CLOCK_MS);
    expect(textsIn(backup)).toContain(text);
  }
  await alice.sendMessage("not-in-it");
  expect(readdirSync(backup).toSorted()).toEqual([
    ...["edge-chat.sqlite", "erasures.ndjson", "lock"],
  ]);
  for (const file of readdirSync(backup))
    expect(statSync(joinPath(backup, file)).mode & 0o777).toBe(0o600);
  expect(statSync(backup).mode & 0o777).toBe(0o700);
  expect(textsIn(backup)).not.toContain("not-in-it");
  const copy = new DatabaseSync(databaseIn(backup), { readOnly: true });
  expect(copy.prepare("PRAGMA integrity_check").all()).toEqual([
    { integrity_check: "ok" },
  ]);
  copy.close();
  expect(server.printed.join()).not.toContain("failed");
});

test("an operator cannot overwrite data with a backup, nor back up what is none", async () => {
  const [data, other, backup] = [dataFolder(), dataFolder(), dataFolder()];
  await serve({ data });
  const stopped = await serve({ data: other });
  await stopped.stop("SIGTERM");
  const refused = (...args: string[]) =>
    expect(denoTask("backup", ...args)).rejects;
  await refused(data, "--data", data).toThrow("Another process has the folder");
  await refused(other, "--data", data).toThrow("holds the data of a server");
  await refused(backup, "--data", backup).toThrow("There is no database");
  await refused(joinPath(databaseIn(other), "in"), "--data", data).toThrow(
    "cannot be written",
  );
  for (const args of [
    [],
    [backup, "more"],
    ["--dato", data],
    [backup, "--data"],
  ])
    await refused(...args).toThrow("deno task backup FOLDER");
  // What is damaged does not replace a backup that is whole.
  await denoTask("backup", backup, "--data", data);
  const before = readFileSync(databaseIn(backup));
  const bytes = readFileSync(databaseIn(other));
  writeFileSync(databaseIn(other), bytes.fill("x", 4096, 8192));
  await refused(backup, "--data", other).toThrow("There is no backup");
  expect(readFileSync(databaseIn(backup)).equals(before)).toBe(true);
  expect(readdirSync(backup).join()).not.toContain("part");
});

test("a text that was deleted after the backup is in no file, if the newer list of erasures lies beside it", async () => {
  const [data, old, newer, restored] = [1, 2, 3, 4].map(dataFolder) as [
    ...[string, string, string, string],
  ];
  const server = await serve({ data });
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("stays-here");
  const { seq: of } = await alice.sendMessage("deleted-later");
  await denoTask("backup", old, "--data", data);
  alice.send({ type: "delete", of });
  await alice.next("ack");
  await denoTask("backup", newer, "--data", data);
  await server.stop("SIGKILL");

  cpSync(old, restored, { recursive: true });
  const ledger = "erasures.ndjson";
  writeFileSync(joinPath(restored, ledger), "no list\n");
  const wrong = await runOut({ data: restored });
  expect(wrong.code).toBe(1);
  expect(wrong.printed).toContain("erasures.ndjson");
  expect(wrong.printed).toContain("Line 1 ");
  copyFileSync(joinPath(newer, ledger), joinPath(restored, ledger));
  const { printed } = await serve({ data: restored });
  const [line = ""] = printed.filter((one) => one.includes("backup restored"));
  expect(JSON.parse(line)).toMatchObject({ rooms: 1, names: 1, erased: 1 });
  expect(readdirSync(restored)).not.toContain(ledger);
  const back = await join(room, alice.person);
  expect(back.page?.messages).toMatchObject([
    ...[{ text: "stays-here" }, { type: "erased", seq: of }],
  ]);
  expect(textsIn(restored)).toContain("stays-here");
  expect(textsIn(restored)).not.toContain("deleted-later");
});

test("an operator restores a folder once without a start, for a server of an older release", async () => {
  const [data, backup] = [dataFolder(), dataFolder()];
  const server = await serve({ data });
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("hello");
  await expect(denoTask("restore", data)).rejects.toThrow("Another process");
  await server.stop("SIGTERM");
  await denoTask("backup", backup, "--data", data);
  await expect(denoTask("restore", data)).rejects.toThrow("holds no backup");
  await expect(denoTask("restore")).rejects.toThrow("deno task restore FOLDER");
  expect(await denoTask("restore", backup)).toContain("backup restored");
  await expect(denoTask("restore", backup)).rejects.toThrow("holds no backup");
  const { printed } = await serve({ data: backup });
  expect(printed.join()).not.toContain("backup restored");
  const { epoch } = alice.welcome;
  const back = await join(room, alice.person, { since: 1, epoch });
  expect(back.welcome).toMatchObject({ gap: true, seq: 1 });
});

test("a server whose data is no backup keeps its epochs", async () => {
  const data = dataFolder();
  const room = uniqueName("lobby");
  const server = await serve({ data });
  const alice = await join(room, person("alice"));
  await server.stop("SIGTERM");
  const { printed } = await serve({ data });
  expect(printed.join()).not.toContain("backup restored");
  const { epoch } = alice.welcome;
  expect((await join(room, alice.person)).welcome.epoch).toBe(epoch);
});
