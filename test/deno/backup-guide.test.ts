// Backup guide: the commands of docs/guides/backup.md work as they are written, on a server in use.
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { join, type Member } from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { denoBinary } from "../hosts/deno-binary.ts";
import { serve } from "./support/servers.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(
  new URL("../../docs/guides/backup.md", import.meta.url),
  "utf8",
);
const missing = ["/usr/bin/sqlite3", "/usr/bin/curl"].filter(
  (program) => !existsSync(program),
);
if (missing.length > 0) console.error(`SKIPPED: there is no ${missing}.`);

const ADMIN_SECRET = uniqueId().repeat(2);
const env = { ADMIN_SECRET };

/** Returns the commands under a heading. */
function commandsOf(heading: string): string {
  const [, section = ""] = guide.split(`\n### ${heading}\n`);
  const [, block] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  if (block === undefined) throw new Error(`No commands under ${heading}.`);
  return block;
}

/** A checkout in which a reader of the guide types. */
function site() {
  const folder = mkdtempSync(joinPath(tmpdir(), "edge-chat-site-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = ["deno.jsonc", "deno.lock", "package.json", "node_modules"];
  for (const name of [...files, "src"])
    symlinkSync(joinPath(root, name), joinPath(folder, name));
  const bin = joinPath(folder, "bin");
  mkdirSync(bin);
  symlinkSync(denoBinary(), joinPath(bin, "deno"));
  const type = async (heading: string, more: Record<string, string> = {}) => {
    const { stdout } = await run("/bin/sh", ["-ec", commandsOf(heading)], {
      cwd: folder,
      env: { PATH: `${bin}:/usr/bin:/bin`, ADMIN_SECRET, ...more },
    });
    return stdout;
  };
  return { folder, data: joinPath(folder, "data"), type };
}

async function say(member: Member, ...texts: string[]): Promise<void> {
  for (const text of texts) await member.sendMessage(text);
}

test("a copy of a running server is restored, and clients know that the history is another", async () => {
  const { data, type } = site();
  const alice = person("alice");
  const bob = person("bob");
  const room = uniqueName("lobby");
  const server = await serve({ data, env });
  const before = await join(room, alice);
  await join(room, bob);
  await say(before, "one", "two", "three");
  expect(await type("Back up")).toContain("backup {");
  await say(before, "lost", "lost too");
  before.send({ type: "delete", of: 2 });
  await before.next("ack");
  await server.stop("SIGTERM");

  await type("Restore");
  await type("What was deleted since");
  await serve({ data, env });
  const other = await join(room, bob);
  await say(other, "four", "five", "six");
  // The cursor is below the newest number again, but must not be accepted.
  const { epoch } = before.welcome;
  const back = await join(room, alice, { since: 5, epoch });
  expect(back.welcome).toMatchObject({ resumed: false, gap: true, seq: 6 });
  expect(back.page?.messages).toMatchObject([
    ...[{ text: "one" }, { type: "erased", seq: 2 }, { text: "three" }],
    ...[{ text: "four" }, { text: "five" }, { text: "six" }],
  ]);
});

test.skipIf(missing.length > 0)(
  "a room is exported, and imported under a new epoch",
  async () => {
    const { data, type } = site();
    const { url: URL } = await serve({ data, env });
    const alice = await join("lobby", person("alice"));
    await say(alice, "one", "two");
    await type("Export a room", { URL });
    await say(alice, "three");
    await type("Import a room", { URL });
    const reset = await alice.next("reset");
    expect(reset.epoch).not.toBe(alice.welcome.epoch);
    expect(reset.seq).toBe(2);
  },
);

test.skipIf(missing.length > 0)(
  "a room moves to another server in one command",
  async () => {
    const there = site();
    const from = await serve({ data: there.data, env });
    await say(await join("lobby", person("alice")), "one");
    const to = await serve({ data: site().data, env });
    await there.type("From one host to the other", {
      FROM: from.url,
      URL: to.url,
    });
    const bob = await join("lobby", person("bob"));
    expect(bob.welcome.seq).toBe(1);
  },
);
