// Message changes, live: two clients of the SDK, a terminal, a Socket.IO client and the SDK of the first release edit, react, reply and delete.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { io } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  type ChatMessage,
  createClient,
  type Room,
} from "../../../src/client/index.ts";
import { PipedProgram } from "../../cli/support/piped-program.ts";
import { uniqueName } from "../../conformance/support/people.ts";
import { startServer } from "../support/live-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What the test uses of the first SDK. */
interface FirstRoom {
  readonly state: string;
  readonly reason: unknown;
  ready(): Promise<void>;
  send(text: string): Promise<{ seq: number }>;
  older(limit: number): Promise<{ messages: { text: string }[] }>;
  history(options: object): Promise<{ messages: { text: string }[] }>;
  getSnapshot(): { messages: { seq: number; text: string }[] };
  on(type: string, listener: (event: never) => void): () => void;
  close(): Promise<void>;
}

async function firstSdk(): Promise<{
  connect(url: string, options: object): FirstRoom;
}> {
  const folder = temporaryFolder();
  mkdirSync(folder);
  const archive = resolve("test/fixtures/first-release/sdk.tgz");
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  return import(pathToFileURL(join(folder, "package/client.js")).href);
}

/** A Socket.IO client in the room, and the events that it hears. */
async function socketIo(url: string, room: string, username: string) {
  const socket = io(url, { forceNew: true });
  onTestFinished(() => void socket.disconnect());
  const heard: unknown[][] = [];
  socket.onAny((...event: unknown[]) => heard.push(event));
  const emit = (...event: [string, ...unknown[]]) =>
    socket.timeout(20_000).emitWithAck(...event);
  expect(await emit("join room", { roomname: room, username })).toMatchObject({
    room,
  });
  return { heard, emit };
}

const wait = { timeout: 30_000, interval: 20 };

function at(room: Room, seq: number): ChatMessage {
  const message = room.messages.find((one) => one.seq === seq);
  if (message === undefined) throw new Error(`There is no message ${seq}.`);
  return message;
}

test("people of all kinds change messages, and everybody sees the same", async () => {
  const server = await startServer();
  onTestFinished(() => server.stop().then(() => {}));
  const room = uniqueName("lobby");
  const names = ["alice", "bob", "carl", "dora", "fred"].map(uniqueName);
  const [aliceName = "", bobName = "", carl = "", dora = "", fred = ""] = names;
  const clients = [aliceName, bobName].map((username) =>
    createClient(server.url, { username }),
  );
  onTestFinished(async () => {
    for (const client of clients) await client.close();
  });
  const [alice, bob] = clients.map((client) => client.join(room)) as [
    Room,
    Room,
  ];
  const errors: unknown[] = [];
  for (const one of [alice, bob])
    one.on("error", (event) => errors.push(event));
  await Promise.all([alice.ready(), bob.ready()]);
  const { connect } = await firstSdk();
  const first = connect(server.url, { room, username: fred });
  onTestFinished(() => first.close());
  for (const type of ["error", "gap"])
    first.on(type, (event) => errors.push(event));
  await first.ready();
  const terminal = new PipedProgram([room, carl, "--stay"], {
    url: server.url,
  });
  await terminal.waitForLine(`you are ${carl} in ${room}`);
  const socket = await socketIo(server.url, room, dora);

  // Each says something.
  const teh = await alice.send("teh cat");
  const old = await first.send("from the first release");
  terminal.writeLines("from a trminal");
  await vi.waitFor(() => at(bob, 3), wait);
  const said = await socket.emit("new message", "from a browser");
  expect(said).toMatchObject({ seq: 4 });

  // Each changes it.
  await at(alice, teh.seq).edit("the cat");
  terminal.writeLines("/edit from a terminal", `/react #${teh.seq} 👍`);
  await terminal.waitForLine(`edited #${teh.seq}: the cat`);
  await vi.waitFor(
    () => expect(at(bob, teh.seq).reactions).toMatchObject([{ count: 1 }]),
    wait,
  );
  await Promise.all([
    at(bob, teh.seq).react("👍"),
    socket.emit("react", teh.seq, "👍"),
  ]);
  expect(await socket.emit("edit", 4, "from a page")).toMatchObject({
    seq: expect.any(Number),
  });
  const reply = await at(bob, teh.seq).reply("what a cat");
  const answer = await socket.emit("new message", {
    ...{ message: "in the thread", thread: teh.seq, replyTo: reply.seq },
  });
  expect(answer).toMatchObject({ seq: expect.any(Number) });
  terminal.writeLines(`/reply #${teh.seq} indeed`);
  await at(alice, teh.seq).react("🎉");
  await at(alice, teh.seq).react("🎉", false);

  const isComplete = (one: Room) => {
    expect(at(one, 3)).toMatchObject({ text: "from a terminal" });
    expect(at(one, 4)).toMatchObject({ text: "from a page" });
    const cat = at(one, teh.seq);
    expect(cat).toMatchObject({ text: "the cat", replies: { count: 1 } });
    expect(cat.reactions).toMatchObject([{ emoji: "👍", count: 3 }]);
    expect([...(cat.reactions[0]?.users ?? [])].sort()).toEqual(
      [bobName, carl, dora].sort(),
    );
    expect(at(one, reply.seq)).toMatchObject({
      ...{ replyTo: teh.seq, quoted: { seq: teh.seq, text: "the cat" } },
    });
    expect(one.messages.at(-1)).toMatchObject({ text: "indeed" });
  };
  for (const one of [alice, bob]) await vi.waitFor(() => isComplete(one), wait);
  expect(at(bob, teh.seq).reactions[0]?.mine).toBe(true);
  expect(at(alice, teh.seq).reactions[0]?.mine).toBe(false);

  // Refusals are told to the one who asked, and to nobody else.
  await expect(at(bob, teh.seq).edit("mine now")).rejects.toMatchObject({
    code: "forbidden",
  });
  expect(at(bob, teh.seq).text).toBe("the cat");
  expect(await socket.emit("delete", teh.seq)).toMatchObject({
    error: "forbidden",
  });

  // Whoever comes now sees the same, on a folded page.
  const late = createClient(server.url, { username: uniqueName("eve") });
  onTestFinished(() => late.close());
  const eve = late.join(room);
  await eve.ready();
  await vi.waitFor(() => isComplete(eve), wait);
  const thread = eve.thread(teh.seq);
  await vi.waitFor(
    () =>
      expect(thread.snapshot()).toMatchObject({
        root: { text: "the cat" },
        messages: [{ text: "in the thread" }],
        more: false,
      }),
    wait,
  );
  expect((await eve.messageAt(3)).text).toBe("from a terminal");

  // A deleted message is gone everywhere.
  await at(alice, teh.seq).delete({ reason: "no cats" });
  for (const one of [alice, bob, eve])
    await vi.waitFor(() => {
      const cat = at(one, teh.seq);
      expect(cat).toMatchObject({ deleted: true, text: "", reactions: [] });
      expect(at(one, reply.seq).quoted).toEqual({
        ...{ seq: teh.seq, erased: true },
      });
    }, wait);
  await terminal.waitForLine(`deleted #${teh.seq}: no cats`);
  await vi.waitFor(() => {
    const kinds = socket.heard.map(([event]) => event);
    expect(kinds).toEqual(
      expect.arrayContaining(["edited", "reacted", "deleted"]),
    );
  }, wait);
  const json = JSON.stringify(await eve.history());
  expect(json).not.toContain("the cat");
  await expect(at(bob, teh.seq).react("👍")).rejects.toMatchObject({
    code: "gone",
  });

  // The first release goes on, and has no text of it after a reload.
  const last = await first.send("still here");
  expect(last.seq).toBeGreaterThan(old.seq);
  await first.close();
  const again = connect(server.url, { room, username: uniqueName("fred") });
  onTestFinished(() => again.close());
  for (const type of ["error", "gap"])
    again.on(type, (event) => errors.push(event));
  await again.ready();
  await vi.waitFor(() => {
    const texts = again.getSnapshot().messages.map(({ text }) => text);
    expect(texts).toContain("still here");
    expect(texts).toContain("from a page");
    expect(texts.join()).not.toContain("the cat");
  }, wait);
  const { messages } = await again.history({ limit: 200 });
  expect(JSON.stringify(messages)).not.toContain("the cat");
  expect(again.state).toBe("live");
  expect(errors).toEqual([]);
  terminal.endInput().interrupt();
  await terminal.exitCode();
});
