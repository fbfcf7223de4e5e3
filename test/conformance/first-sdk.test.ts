// First SDK: a client of the first release talks through edits, deletions, pins and topics without an error.
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { register } from "./support/attack.ts";
import { join } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

interface OldEvent {
  readonly type: string;
  readonly text?: string;
  readonly code?: string;
}

/** The parts of the first SDK that the test uses. */
interface OldChat extends AsyncIterable<OldEvent> {
  readonly state: string;
  ready(): Promise<void>;
  send(text: string): Promise<{ seq: number }>;
  history(options: object): Promise<{ messages: { text: string }[] }>;
  getSnapshot(): { messages: readonly { seq: number; text: string }[] };
  close(): Promise<void>;
}

interface OldSdk {
  memoryStorage(): object;
  connect(url: string, options: object): OldChat;
}

const folder = mkdtempSync(joinPath(tmpdir(), "first-sdk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Unpacks a tarball of npm. Its files follow headers of 512 bytes, with the name
 * at 0 and the size in octal at 124: POSIX.1-1988, "ustar". Deno alone has no tar.
 */
async function unpack(packed: string, into: string): Promise<void> {
  const bytes = gunzipSync(await readFile(packed));
  for (let at = 0; bytes[at]; ) {
    const [name = ""] = bytes.toString("utf8", at, at + 100).split("\0");
    const size = Number.parseInt(bytes.toString("utf8", at + 124, at + 135), 8);
    const path = joinPath(into, name);
    if (name.endsWith("/")) await mkdir(path, { recursive: true });
    else await writeFile(path, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function loadSdk(): Promise<OldSdk> {
  const packed = joinPath(
    import.meta.dirname ?? "",
    "../fixtures/first-release/sdk.tgz",
  );
  await unpack(packed, folder);
  const module = joinPath(folder, "package/client.js");
  return import(pathToFileURL(module).href);
}

test("a user of the first SDK talks with users who edit, delete and pin, and sees no error", async () => {
  const sdk = await loadSdk();
  const url = process.env.EDGE_CHAT_URL ?? "";
  const room = uniqueName("lobby");
  const first = await join(uniqueName("hall"), person("owner"));
  await register(first);
  const owner = await join(room, first.person);
  const { name: username, token } = person("bob");
  const storage = sdk.memoryStorage();
  const events: OldEvent[] = [];
  /** The user comes, now or again. */
  const come = async (who = username, secret = token, kept = storage) => {
    const options = { room, username: who, token: secret, storage: kept };
    const chat = sdk.connect(url, options);
    onTestFinished(() => chat.close());
    void (async () => {
      for await (const event of chat) events.push(event);
    })();
    await chat.ready();
    return chat;
  };
  const seen = async (chat: OldChat, text: string) => {
    await expect
      .poll(() => chat.getSnapshot().messages.map((one) => one.text), {
        timeout: 10_000,
      })
      .toContain(text);
  };

  const bob = await come();
  const one = await owner.sendMessage("one");
  const two = await owner.sendMessage("two, which goes");
  await bob.send("bob's own");
  await seen(bob, "two, which goes");
  for (const frame of [
    { type: "edit", of: one.seq, text: "one, edited" },
    { type: "delete", of: two.seq },
    { type: "pin", of: one.seq, on: true },
    { type: "moderate", action: "topic", text: "Tea" },
  ]) {
    const id = uniqueId();
    owner.send({ ...frame, id });
    await owner.roomAck(id);
  }
  await owner.sendMessage("after it all");
  await seen(bob, "after it all");
  const { seq } = await bob.send("bob again");
  expect(seq).toBeGreaterThan(two.seq);

  // Away, and back: the resume has kinds of events that the SDK does not know.
  await bob.close();
  const id = uniqueId();
  owner.send({ type: "edit", of: one.seq, text: "one, edited twice", id });
  await owner.roomAck(id);
  await owner.sendMessage("while bob was away");
  const back = await come();
  await seen(back, "while bob was away");
  await back.send("bob is back");

  // A page has the new text, and none of a deleted message.
  // Mentions, in a frame that the SDK does not know, and the mail after them.
  await first.sendMessage(`hi @${username}`);
  await owner.sendMessage(`ask @${username}`);
  await seen(back, `ask @${username}`);
  owner.send({ type: "private", to: username, text: "psst", id: uniqueId() });
  await expect
    .poll(() => events.filter(({ type }) => type === "private"))
    .toHaveLength(1);
  const page = await back.history({ limit: 50 });
  const texts = page.messages.map(({ text }) => text);
  expect(texts).toContain("one, edited twice");
  expect(texts).not.toContain("two, which goes");
  const { name, token: secret } = person("carol");
  const carol = await come(name, secret, sdk.memoryStorage());
  await seen(carol, "one, edited twice");
  await carol.send("carol too");
  await owner.next("message", { text: "carol too" });
  expect(carol.state).toBe("live");
  expect(
    events.filter(({ type }) => type === "error" || type === "gap"),
  ).toEqual([]);
});
