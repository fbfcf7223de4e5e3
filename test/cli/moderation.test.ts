// Moderation in the terminal: tests the commands of moderators, their lines, and the words for those whom they hit.
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/cli/commands.ts";
import { parseJsonLine } from "../../src/cli/json-input.ts";
import { changeLine, errorText, viewerOf } from "../../src/cli/render.ts";
import { closeError } from "../../src/client/chat-error.ts";
import { ChatError, type ModeratedEvent } from "../../src/client/index.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";
import { ack, BOB, errorReply } from "../client/support/test-client.ts";
import { begin, words } from "./support/typed-commands.ts";

const bob = { user: BOB, username: "bob" };

test.for([
  ...["/kick bob", "/kick @bob too loud", "/ban bob", "/ban bob 1d spam"],
  ...["/unban bob", "/mute bob 10m", "/mute bob", "/unmute bob"],
  ...["/purge bob 1h", "/op bob", "/deop bob", "/slow 10", "/slow off"],
  ...["/lock", "/lock a break", "/unlock", "/access members", "/uninvite"],
  ...["/invite 5 1d a-code-of-22-characters", "/member bob", "/unmember bob"],
])("the terminal parses %j as the server does", (line) => {
  const typed = readTypedLine(line);
  if ("wrong" in typed) throw new Error(typed.wrong);
  const command = parseCommand(line);
  if (command.kind !== "moderate") throw new Error(command.kind);
  expect({ type: "moderate", ...command.act }).toEqual(typed.frame);
});

test.for([
  "/kick",
  "/purge bob",
  "/slow",
  "/slow x",
  "/op",
  "/report",
  "/report #0",
  "/reports resolve",
  "/reports resolve 0",
  "/reports close 3",
  "/reports resolve 3 4",
])("the terminal refuses %j", (line) => {
  expect(parseCommand(line)).toMatchObject({ kind: "invalid" });
});

describe("typed by a moderator", () => {
  test("an act is sent, and its refusal is told", async () => {
    const { client, type, sent } = await begin();
    const done = type("/mute bob 10m spam");
    const [frame] = await sent();
    expect(frame).toMatchObject({
      ...{ type: "moderate", action: "mute", username: "bob", for: 600 },
      reason: "spam",
    });
    client.serverSends(errorReply(frame, "forbidden"));
    expect(await done.shown).toEqual(["! No."]);
  });

  test("an invitation shows its code to the moderator alone", async () => {
    const { client, type, sent } = await begin();
    const done = type("/invite 5");
    const [frame] = await sent();
    expect(frame).toMatchObject({
      ...{ action: "invite", uses: 5 },
      code: expect.stringMatching(/^[\w-]{22,}$/),
    });
    client.serverSends(ack(frame, 3));
    expect(await done.shown).toEqual([`* invitation: --invite ${frame?.code}`]);
  });

  test("a report, and the list of reports", async () => {
    const { client, type, sent } = await begin();
    const done = type("/report #2 spam");
    const [report] = await sent();
    expect(report).toMatchObject({ type: "report", of: 2, reason: "spam" });
    client.serverSends({ type: "ack", id: report?.id, of: 2, at: 5 });
    expect(await done.shown).toEqual(["* the moderators know"]);
    const list = type("/reports");
    await sent();
    const one = { report: 4, of: 2, epoch: "e1", ...bob, at: 5, target: bob };
    const quoted = { seq: 2, erased: true };
    const reports = [{ ...one, quoted, reason: "spam" }];
    client.serverSends({ type: "reports", reports, more: false, open: 1 });
    expect(await list.shown).toEqual([
      "* open reports: 1",
      "* report 4: bob reports #2 of bob: spam",
    ]);
  });

  test("the end of a report", async () => {
    const { client, type, sent } = await begin();
    const done = type("/reports dismiss 4");
    const [frame] = await sent();
    expect(frame).toMatchObject({
      ...{ type: "close_report", report: 4, outcome: "dismissed" },
    });
    client.serverSends(errorReply(frame, "gone"));
    expect(await done.shown).toEqual(["! No."]);
  });

  test("the help shows them to those alone who may use them", async () => {
    const { client, type } = await begin();
    const help = async () => (await type("/help").shown).join("\n");
    expect(await help()).not.toMatch(/\/kick|\/op/);
    const role = { action: "role", role: "moderator" };
    const event = { type: "moderated", seq: 3, room: "lobby", at: 5, ...bob };
    const target = { user: client.sdk.user, username: "alice" };
    client.serverSends({ ...event, ...role, target });
    expect(await help()).toMatch(/\/kick/);
    expect(await help()).not.toMatch(/\/op /);
  });

  test("the list of members has their roles", async () => {
    const { client, type, sent } = await begin();
    const joined = { type: "joined", ...bob, role: "moderator", at: 5 };
    client.serverSends(joined);
    const list = type("/who");
    await sent();
    const members = ["alice", "bob"];
    client.serverSends({ type: "members", members, count: 2, more: false });
    expect(await list.shown).toEqual(["* here (2): alice, bob (moderator)"]);
  });
});

test("a line tells who, whom, why and until when by the local clock", async () => {
  const { client } = await begin();
  const until = new Date(2030, 0, 2, 3, 4).getTime();
  const at = new Date(2030, 0, 2, 3, 0).getTime();
  const event: ModeratedEvent = {
    ...{ type: "moderated", seq: 3, room: "lobby", at, ...bob, until },
    ...{ action: "mute", target: bob, reason: "spam" },
    ...{ mine: false, isReplay: false },
  };
  const [line] = words([changeLine(event, viewerOf(client.sdk, true))]);
  expect(line).toBe("03:00 * bob muted bob until 2030-01-02 03:04: spam");
});

test("errors say until when", () => {
  const until = new Date(2030, 0, 2, 3, 4).getTime();
  const muted = new ChatError("muted", "No.", 5000, undefined, until);
  expect(errorText(muted)).toBe("No. Until 2030-01-02 03:04.");
  const ban = new ChatError("banned", "", undefined, undefined, until);
  expect(errorText(closeError(4501, "kicked", ban))).toBe(
    "A moderator has removed you. Until 2030-01-02 03:04.",
  );
  expect(errorText(closeError(4502, "banned"))).toBe(
    "A moderator has banned you.",
  );
});

test.for([
  [
    { type: "moderate", action: "ban", username: "bob", for: 60, ref: 7 },
    { kind: "moderate", act: { action: "ban", username: "bob", for: 60 } },
  ],
  [
    { type: "moderate", action: "topic", text: "x" },
    { kind: "topic", topic: "x" },
  ],
  [{ type: "moderate", action: "invite" }, null],
  [{ type: "moderate" }, null],
  [
    { type: "report", of: 2 },
    { kind: "report", of: 2 },
  ],
  [{ type: "reports" }, { kind: "reports" }],
  [
    { type: "close_report", report: 1, outcome: "resolved" },
    { kind: "close-report", report: 1, outcome: "resolved" },
  ],
  [{ type: "close_report", report: 1, outcome: "x" }, null],
  [{ type: "rooms", read: [{ room: "lobby", epoch: "e", seq: 1 }] }, null],
] as const)("a script writes %j", ([frame, command]) => {
  const parsed = parseJsonLine({ text: JSON.stringify(frame) });
  if (command === null) expect(parsed.command.kind).toBe("invalid");
  else expect(parsed.command).toEqual(command);
});
