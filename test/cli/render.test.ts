// Times in the terminal: one that no date has is said to be unknown.
import { expect, test } from "vitest";
import { dayLine, messageLine, noticeLine } from "../../src/cli/render.ts";

const reader = { username: "alice", blocked: [], hasClock: true };
const words = (line: readonly { readonly text: string }[]) =>
  line.map(({ text }) => text).join("");

test("a time that no date has is not shown as a number", () => {
  for (const at of [9e15, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(words(dayLine(at))).toBe("* an unknown day");
    expect(words(noticeLine("bob joined", at, reader))).toBe(
      "--:-- * bob joined",
    );
  }
});

test("a message that shows as nothing is said to be one", () => {
  const message = {
    type: "message",
    ...{ seq: 1, room: "lobby", user: "u", at: 0 },
    ...{ username: "bob", text: "\u3164", mine: false, isReplay: false },
  } as const;
  const quiet = { ...reader, hasClock: false };
  expect(words(messageLine(message, quiet))).toBe(
    "bob: (nothing that can be seen)",
  );
});
