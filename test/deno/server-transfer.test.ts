// Server transfer: a whole server is backed up by its rooms and names while people talk, and restored on the other host, once however often it is done.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { runBackupTask } from "../../src/cli/server-backup.ts";
import { join, type Member } from "../conformance/support/members.ts";
import {
  type Person,
  person,
  uniqueId,
  uniqueName,
} from "../conformance/support/people.ts";
import { startCloudflare } from "../hosts/cloudflare.ts";
import { startDeno } from "../hosts/deno.ts";

const ADMIN_SECRET = uniqueId().repeat(2);
const settings = { RATE_PER_SECOND: 0 };

interface Server {
  readonly url: string;
  stop(): Promise<unknown>;
}
type Name = "cloudflare" | "deno";

const starts: Record<Name, () => Promise<Server>> = {
  cloudflare: async () => {
    const { url, harness } = await startCloudflare({
      ...settings,
      ADMIN_SECRET,
    });
    return { url, stop: () => harness.close() };
  },
  deno: () => startDeno({ settings, env: { ADMIN_SECRET } }),
};
/** From now on the clients connect to this server. */
function turnTo({ url }: Server): string {
  process.env.EDGE_CHAT_URL = url;
  return url;
}

/** An empty server, which ends with the test. */
async function started(name: Name): Promise<Server> {
  const server = await starts[name]();
  onTestFinished(async () => {
    await server.stop();
  });
  return server;
}

async function post(token: string, path: string, body: object) {
  const response = await fetch(new URL(path, process.env.EDGE_CHAT_URL), {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function backupFolder(): string {
  const folder = mkdtempSync(joinPath(tmpdir(), "edge-chat-backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return joinPath(folder, "backup");
}

async function run(verb: "backup" | "restore", folder: string, url: string) {
  const task = { verb, folder, url, secret: ADMIN_SECRET };
  return runBackupTask(task, () => Date.now());
}

/** A registered person in a room. */
async function registered(room: string, name: string): Promise<Member> {
  const member = await join(room, person(name));
  member.send({ type: "register" });
  await member.next("registered");
  return member;
}

/** All that a new device of a person gets in private. */
async function mailOf(room: string, who: Person, count: number) {
  const device = await join(room, who, { mailSince: 0 });
  const texts: string[] = [];
  while (texts.length < count) texts.push((await device.next("private")).text);
  const more = (await device.unread()).filter(({ type }) => type === "private");
  expect(more).toEqual([]);
  return { texts, welcome: device.welcome };
}

describe.for([
  ["cloudflare", "deno"],
  ["deno", "cloudflare"],
] as const)("from %s to %s", ([from, to]) => {
  test("rooms, names, mail, roles and keys are there once, and clients are told of the gap", async () => {
    const source = turnTo(await started(from));
    const room = uniqueName("lobby");
    const alice = await registered(room, "alice");
    const bob = await registered(room, "bob");
    for (const text of ["one", "two", "three"]) await alice.sendMessage(text);
    await alice.sendPrivate(bob.name, "in private");
    await bob.sendPrivate(alice.name, "and back");
    const closed = uniqueName("closed");
    const owner = await join(closed, alice.person);
    owner.send({
      type: "moderate",
      action: "access",
      access: "members",
      id: "m",
    });
    await owner.next("ack");
    await owner.sendMessage("for members");
    const keyed = await post(ADMIN_SECRET, "/admin/keys", {
      id: uniqueName("key"),
      scopes: ["publish"],
    });
    const { key } = keyed.body as { key: string };
    const { epoch } = alice.welcome;

    // People talk on while it is made.
    let isOver = false;
    const talk = (async () => {
      for (let n = 0; !isOver; n++) await bob.sendMessage(`meanwhile ${n}`);
    })();
    const folder = backupFolder();
    const made = await run("backup", folder, source);
    isOver = true;
    await talk;
    expect(made).toMatchObject({ ok: true });
    expect(readdirSync(joinPath(folder, "names")).length).toBeGreaterThan(1);
    await alice.sendMessage("after the backup");

    const target = turnTo(await started(to));
    for (let n = 0; n < 2; n++)
      expect(await run("restore", folder, target)).toMatchObject({ ok: true });
    const back = await join(room, alice.person, { since: 3, epoch });
    expect(back.welcome).toMatchObject({ gap: true, resumed: false });
    expect(back.welcome.registered).toBeGreaterThan(0);
    const texts = back.page?.messages.map((one) => "text" in one && one.text);
    expect(texts?.slice(0, 3)).toEqual(["one", "two", "three"]);
    expect(new Set(texts).size).toBe(texts?.length);
    expect(texts).not.toContain("after the backup");

    const both = ["and back", "in private"];
    for (const { person: who, welcome } of [alice, bob]) {
      const mail = await mailOf(room, who, 2);
      expect(mail.texts.toSorted()).toEqual(both);
      expect(mail.welcome.mailEpoch).toBeGreaterThan(welcome.mailEpoch ?? 0);
      expect(mail.welcome.user).toBe(welcome.user);
    }
    // A restore that is made again changes nothing of what came since.
    await back.sendMessage("on the new server");
    expect(await run("restore", folder, target)).toMatchObject({ ok: true });
    expect((await join(room, bob.person)).page?.messages.at(-1)).toMatchObject({
      text: "on the new server",
    });
    await expect(join(closed, person("carol"))).rejects.toThrow("forbidden");
    const inside = await join(closed, alice.person);
    expect(inside.welcome).toMatchObject({ role: "owner", seq: 2 });
    await expect(join(room, person("alice"), {})).resolves.toBeDefined();
    const sent = await post(key, `/rooms/${room}/messages`, {
      ...{ text: "by the key", as: { id: "bot", username: "bot" } },
    });
    expect(sent.status).toBe(201);
  }, 120_000);
});

test("an operator is told what is not restored, and nothing of it is overwritten", async () => {
  const source = turnTo(await started("deno"));
  const room = uniqueName("lobby");
  const alice = await registered(room, "alice");
  await alice.sendMessage("one");
  const folder = backupFolder();
  expect(await run("backup", folder, source)).toMatchObject({ ok: true });
  expect((await run("backup", folder, source)).lines.join()).toContain(
    "has a backup already",
  );
  // On the same server everything is there, and is another's.
  const again = await run("restore", folder, source);
  expect(again.ok).toBe(false);
  expect(again.lines.join("\n")).toContain(
    `${room}: The room has a log of its own on this server.`,
  );
  expect(again.lines.join("\n")).toContain(
    `${alice.name}: 409: The user has another claim on the name here.`,
  );
  expect(readFileSync(joinPath(folder, "server.json"), "utf8")).toContain(
    "made",
  );
  const wrong = await run("restore", backupFolder(), source);
  expect(wrong.lines).toEqual(["The folder has no backup."]);
});
