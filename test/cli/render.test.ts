// Render: tests times that are invalid, and messages without visible characters.
import { expect, test } from "vitest";
import { People } from "../../src/cli/people.ts";
import { dayLine, messageLine, noticeLine } from "../../src/cli/render.ts";
import { chatMessage } from "../client/support/chat-message.ts";

const reader = { username: "alice", blocked: [], hasClock: true };
const words = (line: readonly { readonly text: string }[]) =>
  line.map(({ text }) => text).join("");

test("an invalid time is not shown as a number", () => {
  for (const at of [9e15, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(words(dayLine(at))).toBe("* an unknown day");
    expect(words(noticeLine("bob joined", at, reader))).toBe(
      "--:-- * bob joined",
    );
  }
});

test("a message without visible characters is shown as one", () => {
  const message = chatMessage({ text: "\u3164" });
  const quiet = { ...reader, hasClock: false };
  expect(words(messageLine(message, quiet))).toBe(
    "bob: (nothing that can be seen)",
  );
});

test("a bot's message is marked for a person at the terminal, and has the username for a script", () => {
  const message = chatMessage({
    ...{ bot: true, username: "bot:ci", text: "green" },
  });
  const script = { ...reader, hasClock: false };
  const people = new People({ members: [], details: new Map() });
  expect(words(messageLine(message, script))).toBe("bot:ci: green");
  expect(words(messageLine(message, { ...script, people }))).toBe(
    "ci [bot]: green",
  );
});
