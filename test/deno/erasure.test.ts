// Erasure tests: no file of the data folder holds a text that was deleted, a minute later.
import { readdirSync, readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { requestAs } from "../conformance/support/http-client.ts";
import { join } from "../conformance/support/members.ts";
import {
  person,
  publicIdOf,
  uniqueName,
} from "../conformance/support/people.ts";
import { dataFolder, eventually, serve } from "./support/servers.ts";

const MINUTE = 60_000;
const ADMIN_SECRET = "only-the-operator-has-this";

/** The files of a folder that hold a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((file) =>
    readFileSync(joinPath(folder, file)).includes(text),
  );
}

test("a text that its author edits or deletes, or that was in a deleted room, is in no file, while others are", {
  timeout: 2 * MINUTE,
}, async () => {
  const data = dataFolder();
  const settings = { RATE_PER_SECOND: 0 };
  await serve({ data, settings, env: { ADMIN_SECRET } });
  const doomed = uniqueName("doomed");
  const bob = await join(doomed, person("bob"));
  for (let i = 0; i < 50; i++)
    await bob.sendMessage(`in-a-deleted-room ${"y".repeat(i * 50)}`);
  const alice = await join(uniqueName("lobby"), person("alice"));
  // Rows that grow and split leave copies in pages that are free then.
  for (let i = 0; i < 200; i++)
    await alice.sendMessage(`noise ${i} ${"x".repeat(i * 20)}`);
  const { seq: one } = await alice.sendMessage("edited-away-at-first");
  const { seq: two } = await alice.sendMessage(
    `deleted-${"long".repeat(900)}-at-last`,
  );
  for (let i = 0; i < 50; i++) await alice.sendMessage(`more ${i}`);
  expect(filesWith(data, "edited-away")).not.toEqual([]);
  alice.send({ type: "edit", of: one, text: "seen-in-between" });
  await alice.next("ack");
  alice.send({ type: "edit", of: one, text: "kept-as-it-is-now" });
  await alice.next("ack");
  alice.send({ type: "delete", of: two });
  await alice.next("ack");
  expect(filesWith(data, "in-a-deleted-room")).not.toEqual([]);
  const path = `/admin/rooms/${doomed}`;
  expect((await requestAs(ADMIN_SECRET, "DELETE", path)).status).toBe(204);
  const gone = [
    ...["in-a-deleted-room"],
    ...["edited-away", "seen-in-between", "deleted-long"],
  ];
  await eventually(
    () => gone.every((text) => filesWith(data, text).length === 0),
    MINUTE,
  );
  expect(filesWith(data, "kept-as-it-is-now")).not.toEqual([]);
});

test("a user who is erased is in no file, though the process is killed meanwhile", {
  timeout: 3 * MINUTE,
}, async () => {
  const data = dataFolder();
  const settings = { RATE_PER_SECOND: 0, ADMIN_SECRET: "s".repeat(32) };
  const first = await serve({ data, settings });
  const rooms = Array.from({ length: 5 }, () => uniqueName("lobby"));
  const [zoe, bob] = [person("zoe"), person("bob")];
  const word = uniqueName("word");
  for (const room of rooms) {
    const member = await join(room, zoe);
    for (let i = 0; i < 30; i++) await member.sendMessage(`${word} ${i}`);
    const other = await join(room, bob);
    const { seq } = await other.sendMessage("stays");
    member.send({ type: "react", of: seq, emoji: "👍", on: true });
    await member.next("ack");
    member.send({ type: "private", to: bob.name, text: word, id: "m" });
    await member.next("ack");
  }
  const user = publicIdOf(zoe.token);
  const traces = [word, user, zoe.name];
  for (const trace of traces) expect(filesWith(data, trace)).not.toEqual([]);
  const headers = {
    Authorization: `Bearer ${settings.ADMIN_SECRET}`,
    "Content-Type": "application/json",
  };
  const body = JSON.stringify({ user, username: zoe.name });
  const path = "admin/users/erase";
  const started = await fetch(new URL(path, first.url), {
    ...{ method: "POST", headers, body },
  });
  expect(started.status).toBe(202);
  await first.stop("SIGKILL");
  const second = await serve({ data, settings });
  await eventually(async () => {
    const read = await fetch(new URL(`${path}/${user}`, second.url), {
      headers,
    });
    return /"state":"done"/.test(await read.text());
  }, 2 * MINUTE);
  await eventually(
    () => traces.every((trace) => filesWith(data, trace).length === 0),
    MINUTE,
  );
  expect(filesWith(data, "stays")).not.toEqual([]);
});

test("a file that an older release has left with deleted texts is cleaned at the start, once", async () => {
  const data = dataFolder();
  const first = await serve({ data });
  await (await join(uniqueName("lobby"), person("alice"))).sendMessage("stays");
  await first.stop("SIGTERM");
  const path = joinPath(data, "edge-chat.sqlite");
  const old = new DatabaseSync(path);
  old.exec("PRAGMA secure_delete = OFF");
  old.exec("PRAGMA user_version = 0");
  old.exec(`INSERT INTO log (room, first, count, body)
    VALUES ('old', 1, 1, '${"a-text-of-old ".repeat(2000)}')`);
  // It leaves a gap in a page that other rows are on.
  old.exec(`INSERT INTO log (room, first, count, body)
    VALUES ('old', 2, 1, 'a-short-old-text')`);
  old.exec("DELETE FROM log WHERE room = 'old'");
  old.close();
  const texts = ["a-text-of-old", "a-short-old-text"];
  for (const text of texts) expect(filesWith(data, text)).not.toEqual([]);
  const second = await serve({ data });
  expect(second.printed.join()).not.toContain("cleaning failed");
  for (const text of texts) expect(filesWith(data, text)).toEqual([]);
  expect(filesWith(data, "stays")).not.toEqual([]);
  await second.stop("SIGTERM");
  const cleaned = new DatabaseSync(path);
  const [version] = cleaned.prepare("PRAGMA user_version").all();
  cleaned.close();
  expect(version).toEqual({ user_version: 1 });
});
