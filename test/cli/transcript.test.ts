// Transcript: tests the lines that events add in a terminal and in a pipe.
import { expect, test } from "vitest";
import type { ChatEvent } from "../../src/cli/chat-events.ts";
import { Colours, colourDepth } from "../../src/cli/colours.ts";
import {
  dayOf,
  errorText,
  pendingLines,
  type Status,
  statusLine,
} from "../../src/cli/render.ts";
import type { StyledLine } from "../../src/cli/styled-text.ts";
import { Transcript } from "../../src/cli/transcript.ts";
import { plainLine } from "../../src/cli/wrap.ts";
import { ChatError } from "../../src/client/index.ts";
import { chatMessage } from "../client/support/chat-message.ts";

const plain = new Colours("none");
const shown = (lines: readonly StyledLine[]) =>
  lines.map((line) => plainLine(line, plain));

function read(
  events: readonly ChatEvent[],
  hasClock = false,
  blocked: readonly { user: string }[] = [],
): string[] {
  const transcript = new Transcript({ username: "alice", hasClock, blocked });
  return events.flatMap((event) =>
    shown(transcript.eventLines(event, "lobby", 3)),
  );
}

function message(text: string, at: number, seq = 1): ChatEvent {
  return chatMessage({ seq, text, at, user: "u" });
}

const live: ChatEvent = { type: "state", state: "connected", reason: null };
const lost: ChatEvent = {
  type: "state",
  state: "reconnecting",
  reason: new ChatError("connection_lost", "The connection was lost."),
};
const out: ChatEvent = {
  type: "state",
  state: "failed",
  reason: new ChatError("kicked", "You were kicked.", 30_000),
};

test("a user sees once that they have joined, not after each reconnect", () => {
  expect(read([live, lost, live])).toEqual([
    "* you are alice in lobby (3 here)",
  ]);
});

test("a user who is removed sees why, and sees when they are back", () => {
  expect(read([live, out, live])).toEqual([
    "* you are alice in lobby (3 here)",
    "! You are no longer in lobby. You were kicked. Try again in 30 s.",
    "* you are alice in lobby (3 here)",
  ]);
});

test("a message of another day is preceded by its date, once; one of today is not", () => {
  const yesterday = new Date(2026, 10, 23, 12, 4).getTime();
  const now = Date.now();
  const lines = read(
    [message("a", yesterday), message("b", yesterday), message("c", now)],
    true,
  );
  expect(lines.slice(0, 3)).toEqual([
    "* 2026-11-23",
    "12:04 #1 bob: a",
    "12:04 #1 bob: b",
  ]);
  expect(lines[3]).toBe(`* ${dayOf(now)}`);
  expect(read([message("c", now)], true)).toHaveLength(1);
});

test("messages of a blocked user are hidden", () => {
  const events = [message("hello", 0)];
  expect(read(events, false, [{ user: "somebody else" }])).toEqual([
    "bob: hello",
  ]);
  expect(read(events, false, [{ user: "u" }])).toEqual([]);
});

test("a mention in another room is told, and one whose message is shown is not", () => {
  const mention = (room: string, of: number): ChatEvent => ({
    ...{ type: "mention", mail: 1, room, epoch: "e", of, isReplay: false },
    ...{ user: "u", username: "bob", at: 0 },
  });
  const events = [
    message("@alice", 0, 4),
    ...[mention("lobby", 4), mention("lobby", 3), mention("hall", 9)],
  ];
  expect(read(events)).toEqual([
    "bob: @alice",
    "bob mentioned you in lobby (#3)",
    "bob mentioned you in hall (#9)",
  ]);
  expect(read(events, false, [{ user: "u" }])).toEqual([]);
});

test("a gap is shown, and further lines of a text are indented", () => {
  const gap: ChatEvent = { type: "gap", epoch: "e", after: 1, before: 9 };
  expect(read([gap, message("one\ntwo", 0)])).toEqual([
    "* some messages may be missing here",
    "bob: one\n  | two",
  ]);
});

test("/history continues at the first message shown, until the room has another history", () => {
  const transcript = new Transcript({
    ...{ username: "alice", hasClock: false, blocked: [] },
  });
  const tell = (event: ChatEvent) => transcript.eventLines(event, "lobby", 1);
  expect(transcript.oldest).toBeNull();
  tell(message("a", 0, 40));
  tell(message("b", 0, 41));
  expect(transcript.oldest).toBe(40);
  tell({ type: "gap", epoch: "f", after: null, before: 1 });
  expect(transcript.oldest).toBeNull();
});

test("pending messages are shown in order, failed ones with a number, within the rows available", () => {
  const item = (text: string, more = {}) => ({
    ...{ id: text, text, at: 0, state: "queued" as const },
    ...more,
  });
  const error = new ChatError("no_such_user", "Nobody has this name.");
  const unknown = new ChatError("unknown", "It may have arrived, or not.");
  const pending = [
    item("one"),
    item("two", { to: "bob", state: "failed", error }),
    item("three", { state: "unknown", error: unknown }),
    item("four", { state: "sending" }),
  ];
  expect(shown(pendingLines(pending, 4))).toEqual([
    "… one",
    "✗ 1 @bob two (Nobody has this name. /retry or /discard)",
    "✗ 2 three (It may have arrived, or not. /retry or /discard)",
    "… four",
  ]);
  expect(shown(pendingLines(pending, 3)).at(-1)).toBe("… and 2 more");
  expect(shown(pendingLines(pending, 0))).toEqual(["… and 4 more"]);
});

test("the status shows the room, the user, the members and the connection", () => {
  const status: Status = {
    ...{ state: "connected", reason: null, room: "lobby", username: "alice" },
    ...{ members: ["alice", "bob"], count: 2, typing: [] },
  };
  const statusText = (more: Partial<Status>) =>
    shown([statusLine({ ...status, ...more })])[0];
  expect(statusText({})).toBe(
    "● lobby · alice · connected · 2 here: alice, bob",
  );
  expect(statusText({ typing: ["bob"] })).toMatch(/ · bob typing$/);
  // In a large room not all names are known.
  expect(statusText({ count: 900 })).toBe(
    "● lobby · alice · connected · 900 here",
  );
  expect(statusText({ state: "connecting" })).toBe(
    "◌ lobby · alice · connecting",
  );
  expect(statusText({ state: "reconnecting", reason: "Lost." })).toBe(
    "○ lobby · alice · reconnecting · Lost.",
  );
  expect(statusText({ state: "failed", reason: "Out." })).toMatch(
    /^✗ .*not connected: Out\. \/reconnect or \/quit$/,
  );
  expect(statusText({ state: "closed" })).toBe("○ lobby · alice · closed");
});

test("a transient refusal says when to try again", () => {
  expect(errorText(new ChatError("x", "Taken.", 1200))).toBe(
    "Taken. Try again in 2 s.",
  );
  expect(errorText(new ChatError("x", "Banned."))).toBe("Banned.");
});

test("colours depend on the terminal and NO_COLOR, and a name keeps its own", () => {
  const tty = (bits: number) => ({ isTTY: true, getColorDepth: () => bits });
  expect(colourDepth(tty(24), {})).toBe("many");
  expect(colourDepth(tty(4), {})).toBe("few");
  expect(colourDepth(tty(1), {})).toBe("none");
  expect(colourDepth(tty(24), { NO_COLOR: "1" })).toBe("none");
  expect(colourDepth(tty(24), { NO_COLOR: "" })).toBe("many");
  expect(colourDepth({ isTTY: false, getColorDepth: () => 24 }, {})).toBe(
    "none",
  );
  const paint = (name: string) =>
    new Colours("many").apply({ text: name, style: "name" }, "#");
  expect(paint("Alice")).toBe(paint("alice"));
  const names = ["alice", "bob", "carol", "dave", "erin", "frank", "李雷"];
  expect(new Set(names.map(paint)).size).toBeGreaterThan(4);
});
