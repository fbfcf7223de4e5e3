// Webhook presence tests: servers of an app hear who is in a room, and of private messages where they ask for them.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, expect, test, vi } from "vitest";
import { startAttackTarget } from "../abuse/support/attack-target.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { Receiver, WEBHOOK_SECRETS } from "./support/receiver.ts";

const SOON = { timeout: 15_000 };
/** A process that starts on a busy machine. */
const START = { timeout: 40_000 };
const receiver = await Receiver.open();
const listener = await startListener();
startAttackTarget({
  WEBHOOK_URL: `${receiver.url}/hook, ${listener.url}`,
  WEBHOOK_SECRET: WEBHOOK_SECRETS.join(),
  WEBHOOK_EVENTS: "*, private.created",
  WEBHOOK_COMMANDS: "roll, wait",
});
afterAll(() => {
  receiver.close();
  listener.stop();
});

/** `edge-chat webhooks listen`, with the secrets of the server. */
async function startListener() {
  const child = spawn(
    process.execPath,
    ["src/cli/main.ts", "webhooks", "listen", "--port", "0"],
    { env: { ...process.env, WEBHOOK_SECRET: WEBHOOK_SECRETS[1] } },
  );
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => printed.push(line));
  let url: string | undefined;
  await vi.waitFor(() => {
    [url] = printed.join("\n").match(/(?<=WEBHOOK_URL=)http\S+/) ?? [];
    expect(url, printed.join("\n")).toBeDefined();
  }, START);
  return { url, printed, stop: () => child.kill() };
}

/** The events of a room, each with the user that it is about. */
function heardOf(room: string): string[] {
  return receiver
    .of(room)
    .flatMap(({ body }) =>
      body.data.events.map(({ type, data }) =>
        [type, data.username].filter(Boolean).join(" "),
      ),
    );
}

test("an app hears of a room, its members and their messages, and of the last who leaves", async () => {
  const room = uniqueName("hall");
  const alice = await join(room, person("alice"));
  const { username } = alice.welcome;
  await alice.sendMessage("hello");
  await expect
    .poll(() => heardOf(room), SOON)
    .toEqual([
      "room.created",
      "room.occupied",
      `member.joined ${username}`,
      `message.created ${username}`,
    ]);
  alice.close();
  await expect
    .poll(() => heardOf(room).slice(4), SOON)
    .toEqual([`member.left ${username}`, "room.vacated"]);
  const events = receiver.of(room).flatMap(({ body }) => body.data.events);
  const ids = events.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const joined = events.find(({ type }) => type === "member.joined");
  expect(joined?.id).toMatch(/^[\w-]+:p\d+$/);
  expect(joined?.data).toMatchObject({ room, user: alice.welcome.user });
  expect(receiver.refused).toEqual([]);
});

test("an app hears of each report once, in a batch of its own", async () => {
  const room = uniqueName("hall");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  const { seq: of } = await bob.sendMessage("buy this");
  for (const id of ["one", "two"]) alice.send({ type: "report", of, id });
  await alice.next("ack", { id: "two" });
  const batches = () =>
    receiver
      .of(room)
      .filter(({ body }) =>
        body.data.events.some(({ type }) => type === "report.created"),
      );
  await expect.poll(() => batches().length, SOON).toBe(1);
  const [data] = batches().map(({ body }) => body.data);
  expect(data?.events).toMatchObject([
    {
      id: expect.stringMatching(/^[\w-]+:r1$/),
      data: {
        ...{ report: 1, of, user: alice.welcome.user, room },
        target: { user: bob.welcome.user, username: bob.welcome.username },
      },
    },
  ]);
  expect(data?.from).toBeGreaterThan(data?.to ?? 0);
  expect(receiver.refused).toEqual([]);
});

test("an app that asks for private messages gets each once", async () => {
  const room = uniqueName("hall");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  const to = bob.welcome.username;
  const texts = ["psst", "again"].map((text) => `${text} ${room}`);
  for (const text of texts) {
    alice.send({ type: "private", to, text });
    await bob.next("private");
  }
  const privates = () =>
    receiver.received
      .flatMap(({ body }) => body.data.events)
      .filter(({ type, data }) => type === "private.created" && data.to === to);
  await expect
    .poll(() => privates().map(({ data }) => data.text), SOON)
    .toEqual(texts);
  expect(privates()[0]?.data).toMatchObject({
    ...{ type: "private", username: alice.welcome.username, to },
  });
});

test("a developer reads the events of a room in a terminal", async () => {
  const room = uniqueName("hall");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("hello");
  const said = `${room} message.created ${alice.welcome.username}: hello`;
  await expect
    .poll(() => listener.printed.some((line) => line.endsWith(said)), SOON)
    .toBe(true);
});

test("a server of the app answers commands, to the room or to the asker alone", async () => {
  const room = uniqueName("hall");
  const asked: string[] = [];
  receiver.onCommand = ({ id, command, args, user }, response) => {
    asked.push(`${command} ${args} ${user.username}`);
    // The server gets no answer in time.
    if (command === "wait") return;
    const reply = `You wrote ${id}.`;
    response.end(JSON.stringify({ say: `rolled ${args}`, reply }));
  };
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  const { username } = alice.welcome;
  alice.send({ type: "command", name: "roll", args: "20", id: "c-1" });
  expect(await alice.next("reply")).toMatchObject({ text: "You wrote c-1." });
  expect(await alice.next("ack")).toMatchObject({ id: "c-1" });
  expect(await bob.next("message")).toMatchObject({
    ...{ username, text: "rolled 20", seq: 1 },
  });
  alice.send({ type: "command", name: "roll", args: "20", id: "c-1" });
  expect(await alice.next("ack")).toMatchObject({ duplicate: true });
  alice.send("/wait here");
  expect(await alice.next("error")).toMatchObject({ code: "unavailable" });
  alice.send({ type: "command", name: "other" });
  expect(await alice.next("error")).toMatchObject({ code: "unsupported" });
  expect(asked).toEqual([`roll 20 ${username}`, `wait here ${username}`]);
  expect(receiver.refused).toEqual([]);
});
