// Message changes: tests how people and scripts edit, delete, react, reply and pin, and the lines that tell it.
import { describe, expect, test } from "vitest";
import { Colours } from "../../src/cli/colours.ts";
import { parseCommand } from "../../src/cli/commands.ts";
import type { InputLine } from "../../src/cli/input-lines.ts";
import { parseJsonLine } from "../../src/cli/json-input.ts";
import { Participants } from "../../src/cli/participants.ts";
import { messageLine, viewerOf } from "../../src/cli/render.ts";
import {
  type ChatCommand,
  type CommandContext,
  runCommand,
} from "../../src/cli/run-command.ts";
import { Script } from "../../src/cli/script.ts";
import { jsonOutput, plainOutput } from "../../src/cli/script-output.ts";
import { Transcript } from "../../src/cli/transcript.ts";
import type { Room } from "../../src/client/index.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";
import { chatMessage } from "../client/support/chat-message.ts";
import { flushPromises } from "../client/support/fake-environment.ts";
import type { SentFrame } from "../client/support/fake-socket.ts";
import {
  ack,
  BOB,
  change,
  errorReply,
  foldedPage,
  message,
  reacted,
  TestClient,
} from "../client/support/test-client.ts";
import { alice, begin, words } from "./support/typed-commands.ts";

describe("typed commands", () => {
  test.for([
    "/edit better",
    "/edit #12 better  text",
    "/edit #better",
    "/delete",
    "/delete #12",
    "/delete #12 it was spam",
    "/react 👍",
    "/react #12 👍",
    "/pin",
    "/pin #12",
    "/unpin #12",
    "/reply yes",
    "/reply #12 yes",
    "/thread #12 yes",
  ])("the terminal parses %j as the server does", (line) => {
    const typed = readTypedLine(line);
    if ("wrong" in typed) throw new Error(typed.wrong);
    const { kind, ...command } = parseCommand(line);
    expect({ type: kind, ...command }).toEqual(typed.frame);
  });

  test.for([
    ...["/edit", "/edit #12", "/delete it", "/react", "/react a b"],
    // These texts must not go to the newest message, of which an edit leaves nothing.
    ...["/edit #12, better", "/edit #12: better", "/edit ＃12 better"],
    ...["/edit # 12 better", "/reply #-1 yes", "/reply #9999999999999999 yes"],
  ])("%j is refused, as by the server", (line) => {
    expect(parseCommand(line)).toMatchObject({ kind: "invalid" });
    expect(readTypedLine(line)).toHaveProperty("wrong");
  });

  test("a text with a number in front is a text", () => {
    expect(parseCommand("#12 is my number")).toEqual({
      ...{ kind: "message", text: "#12 is my number" },
    });
  });

  test("a topic is set, or removed", () => {
    expect(parseCommand("/topic cats and dogs")).toEqual({
      ...{ kind: "topic", topic: "cats and dogs" },
    });
    expect(parseCommand("/topic")).toEqual({ kind: "topic", topic: "" });
  });

  test("a thread without a text is shown", () => {
    expect(parseCommand("/thread #12")).toEqual({
      ...{ kind: "thread", of: 12, limit: 50 },
    });
    expect(parseCommand("/thread")).toMatchObject({ kind: "invalid" });
  });
});

describe("a person in a terminal", () => {
  test("edits their last message, and reacts to the last one of all", async () => {
    const { client, type, sent } = await begin();
    const edit = type("/edit the");
    const [first] = await sent();
    expect(first).toMatchObject({ type: "edit", of: 1, text: "the" });
    client.serverSends(ack(first, 3));
    // The event tells the result.
    expect(await edit.shown).toEqual([]);
    type("/react 👍");
    const [second] = await sent();
    expect(second).toMatchObject({ type: "react", of: 2, on: true });
    client.serverSends(reacted(4, 2, 1, { added: [{ ...alice }] }));
    client.serverSends(ack(second, 4));
    type("/react 👍");
    expect(await sent()).toMatchObject([{ type: "react", of: 2, on: false }]);
  });

  test("names a message by its number, and learns why it was refused", async () => {
    const { client, type, sent } = await begin();
    const deletion = type("/delete #2 spam");
    const [frame] = await sent();
    expect(frame).toMatchObject({ type: "delete", of: 2, reason: "spam" });
    client.serverSends(errorReply(frame, "forbidden"));
    expect(await deletion.shown).toEqual(["! No."]);
    const pin = type("/pin #2");
    const [second] = await sent();
    expect(second).toMatchObject({ type: "pin", of: 2, on: true });
    client.serverSends(ack(second, 3));
    expect(await pin.shown).toEqual([]);
  });

  test("answers a message that the terminal does not show", async () => {
    const { client, type, sent } = await begin();
    type("/reply #20 yes");
    expect(await sent()).toMatchObject([{ before: 21, limit: 1, fold: true }]);
    client.serverSends(foldedPage([message(20)], { from: 20, to: 20 }));
    expect(await sent()).toMatchObject([
      { type: "message", text: "yes", replyTo: 20 },
    ]);
    const gone = type("/reply #21 yes");
    await sent();
    client.serverSends(foldedPage([message(20)], { from: 20, to: 21 }));
    expect(await gone.shown).toEqual([
      "! The room has no such message any more.",
    ]);
  });

  test("reads a thread, and the topic", async () => {
    const { client, type, sent } = await begin();
    const thread = type("/thread #2");
    expect(await sent()).toMatchObject([{ thread: 2, limit: 50 }]);
    client.serverSends(
      foldedPage([message(2), message(3, { thread: 2 })], {
        ...{ from: 2, to: 3, thread: 2 },
      }),
    );
    const lines = await thread.shown;
    expect(lines[0]).toBe("* the thread of #2");
    expect(lines.at(-2)).toMatch(/#3 bob \(to #2\): text 3$/);
    expect(lines.at(-1)).toBe("* end of the thread");
    type("/topic cats");
    expect(await sent()).toMatchObject([
      { type: "moderate", action: "topic", text: "cats" },
    ]);
  });

  test("is told if there is no message that could be meant", async () => {
    const client = new TestClient();
    await client.join();
    const viewer = viewerOf(client.sdk, false);
    const context: CommandContext = {
      ...{ room: client.lobby, viewer, transcript: new Transcript(viewer) },
      participants: new Participants(),
    };
    const run = (line: string) =>
      runCommand(parseCommand(line) as ChatCommand, context).then(words);
    for (const [line, told] of [
      ["/edit the", "! None of the newest messages is yours."],
      ["/react 👍", "! There is no message here."],
    ] as const) {
      const shown = run(line);
      await flushPromises();
      client.serverSends(foldedPage([], { from: 1, to: 1 }));
      expect(await shown).toEqual([told]);
    }
  });
});

test("what changes above is told in one line each", () => {
  const viewer = { username: "alice", blocked: [{ user: "eve" }] };
  const transcript = new Transcript({ ...viewer, hasClock: false });
  const seen = { mine: false, isReplay: false };
  const show = (event: object) =>
    words(transcript.eventLines({ ...event, ...seen } as never, "lobby", 2));
  const told = [
    change("edited", 3, 1, { text: "the\nend" }),
    change("edited", 3, 1),
    change("deleted", 4, 1, { reason: "spam" }),
    reacted(5, 1, 2, { added: [{ user: BOB, username: "bob" }] }),
    change("pinned", 6, 1),
    change("unpinned", 7, 1),
    change("topic", 8, 0, { text: "cats" }),
    change("moderated", 9, 0, {
      ...{ action: "kick", target: { user: "u", username: "carl" } },
    }),
    change("edited", 9, 1, { text: "hidden", user: "eve" }),
  ].flatMap(show);
  expect(told).toEqual([
    "* bob edited #1: the\n  | end",
    "* bob edited #1",
    "* bob deleted #1: spam",
    "* 👍 on #1: + bob (2)",
    "* bob pinned #1",
    "* bob unpinned #1",
    "* bob set the topic: cats",
    "* bob kicked carl",
  ]);
});

test("a line shows what a message is now", async () => {
  const client = new TestClient({ history: 9 });
  const quoted = { seq: 1, user: BOB, username: "bob", text: "hi" };
  await client.join(
    { seq: 9 },
    foldedPage(
      [
        message(2, {
          ...{ text: "yes", replyTo: 1, quoted, edited: 5 },
          reactions: [{ emoji: "👍", count: 2, users: ["bob"] }],
        }),
        { ...message(3), type: "erased" },
      ],
      { from: 2, to: 9 },
    ),
  );
  const viewer = viewerOf(client.sdk, false);
  expect(
    words(client.lobby.messages.map((one) => messageLine(one, viewer))),
  ).toEqual(["bob (to #1 bob): yes (edited) [👍 2]", "bob: (deleted)"]);
  const withNumber = messageLine(chatMessage({ seq: 7 }), {
    ...{ username: "alice", blocked: [], hasClock: true },
  });
  expect(words([withNumber])[0]).toMatch(/^\d\d:\d\d #7 bob: hello$/);
});

describe("a script", () => {
  const parse = (frame: object) =>
    parseJsonLine({ text: JSON.stringify(frame) }).command;

  test("writes changes as JSON, as the protocol has them", () => {
    expect(parse({ type: "edit", of: 12, text: "b", data: 1 })).toEqual({
      ...{ kind: "edit", of: 12, text: "b", data: 1 },
    });
    expect(parse({ type: "delete", of: 12, reason: "spam" })).toEqual({
      ...{ kind: "delete", of: 12, reason: "spam" },
    });
    expect(parse({ type: "react", of: 1, emoji: "👍", on: false })).toEqual({
      ...{ kind: "react", of: 1, emoji: "👍", on: false },
    });
    expect(parse({ type: "pin", of: 1, on: true })).toEqual({
      ...{ kind: "pin", of: 1, on: true },
    });
    expect(parse({ type: "moderate", action: "topic", text: "" })).toEqual({
      ...{ kind: "topic", topic: "" },
    });
    expect(
      parse({ type: "message", text: "a", replyTo: 3, thread: 2 }),
    ).toEqual({ kind: "message", text: "a", replyTo: 3, thread: 2 });
    expect(parse({ type: "history", thread: 2 })).toEqual({
      ...{ kind: "thread", of: 2, limit: 50 },
    });
  });

  test.for([
    { type: "edit", text: "b" },
    { type: "edit", of: 0, text: "b" },
    { type: "edit", of: 1 },
    { type: "delete", of: "1" },
    { type: "delete", of: 1, reason: 2 },
    { type: "react", of: 1, emoji: "👍" },
    { type: "pin", of: 1.5, on: true },
    { type: "moderate", text: "lock" },
    { type: "message", text: "a", replyTo: "3" },
    { type: "message", text: "a", thread: -1 },
    { type: "history", thread: 0 },
  ])("%j is refused, and nothing is sent", (frame) => {
    expect(parse(frame)).toMatchObject({ kind: "invalid" });
  });

  /** Plays a script; the server acks what it sends. @returns what it did */
  async function played(
    lines: readonly string[],
    isJson: boolean,
    events: (frame: SentFrame, seq: number) => object[] = () => [],
  ) {
    const client = new TestClient();
    const written: string[] = [];
    const room: Room = client.lobby as never;
    async function* input(): AsyncGenerator<InputLine> {
      for (const text of lines) yield { text };
    }
    const write = (line: string) => written.push(line);
    const script = new Script({
      ...{ room, lines: input(), json: isJson, stay: false, timeoutMs: 0 },
      output: isJson
        ? jsonOutput(room, write)
        : plainOutput(room, new Colours("none"), write, write),
    });
    let ended: string | null = null;
    script.run(new AbortController().signal).then((reason) => {
      ended = reason;
    });
    await client.join();
    const teh = message(1, { ...alice, text: "teh" });
    client.serverSends(teh);
    const sent: SentFrame[] = [];
    let seq = 1;
    while (ended === null) {
      await flushPromises();
      for (const frame of client.takeSent()) {
        if (frame.type === "history") {
          const page = frame.before === 2 ? [teh] : [];
          client.serverSends(foldedPage(page, { from: 1, to: seq }));
        } else if (frame.type !== "received") {
          sent.push(frame);
          seq++;
          client.serverSends(...events(frame, seq), ack(frame, seq));
        }
      }
    }
    return { sent, ended, written };
  }

  test("gets acks with its reference, and the events", async () => {
    const { sent, ended, written } = await played(
      [
        '{"type":"edit","of":1,"text":"the","ref":"e"}',
        '{"type":"react","of":1,"emoji":"👍","on":true}',
      ],
      true,
      (frame, seq) =>
        frame.type === "react"
          ? [reacted(seq, 1, 1, { added: [{ ...alice, id: `${frame.id}` }] })]
          : [],
    );
    expect(ended).toBe("ok");
    expect(sent).toMatchObject([{ type: "edit" }, { type: "react" }]);
    const objects = written.map((line) => JSON.parse(line));
    expect(objects).toContainEqual(
      expect.objectContaining({ type: "ack", seq: 2, ref: "e" }),
    );
    expect(objects).toContainEqual(
      expect.objectContaining({ type: "edited", of: 1, text: "the" }),
    );
    expect(objects).toContainEqual(
      expect.objectContaining({ type: "reacted", of: 1, count: 1 }),
    );
  });

  test("edits what it has just sent, and writes nothing of its own", async () => {
    const { sent, written } = await played(
      ["hello wrold", "/edit hello world", "/reply really"],
      false,
    );
    expect(sent).toMatchObject([
      { type: "message", text: "hello wrold" },
      { type: "edit", of: 2, text: "hello world" },
      { type: "message", text: "really", replyTo: 2 },
    ]);
    expect(written.join("\n")).not.toContain("hello");
  });

  test("hears of a change that failed, and fails", async () => {
    const { ended, written } = await played(
      ['{"type":"edit","of":900,"text":"b","ref":7}'],
      true,
    );
    expect(ended).toBe("failed");
    expect(written.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ type: "failed", code: "gone", ref: 7 }),
    );
  });
});
