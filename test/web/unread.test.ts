// Unread messages: the count is the one that a person expects.
import { expect, test } from "vitest";
import {
  countUnread,
  formatCount,
  lastReadPosition,
  pageTitle,
} from "../../src/web/unread.ts";
import { pendingMessage, sentMessage } from "./support/display-messages.ts";

test("messages of other users after the read position are unread", () => {
  const all = [sentMessage(1), sentMessage(2), sentMessage(3)];
  expect(countUnread(all, 1, "bob")).toEqual({ count: 2, mentions: 0 });
});

test("a user's own and pending messages are not unread", () => {
  const all = [sentMessage(1), pendingMessage("a")];
  expect(countUnread(all, 0, "bob")).toEqual({ count: 1, mentions: 0 });
});

test("a user who has answered has read the earlier messages, on any device", () => {
  const all = [sentMessage(1), sentMessage(2, { mine: true }), sentMessage(3)];
  expect(lastReadPosition(all, 0)).toBe(2);
  expect(countUnread(all, 0, "bob").count).toBe(1);
});

test("a user's pending answer marks nothing as read", () => {
  expect(lastReadPosition([sentMessage(1), pendingMessage("a")], 0)).toBe(0);
});

test("messages that mention the user are counted separately", () => {
  const all = [
    sentMessage(1, { text: "@bob!" }),
    sentMessage(2, { text: "bobsled" }),
  ];
  expect(countUnread(all, 0, "bob")).toEqual({ count: 2, mentions: 1 });
});

test("messages that the server marks for the user are counted as mentions", () => {
  const all = [
    sentMessage(1, { text: "@воb", mentions: ["id-of-bob"] }),
    sentMessage(2, { text: "@here", here: true }),
    sentMessage(3, { text: "@carol", mentions: ["id-of-carol"] }),
  ];
  const nobody = new Set<string>();
  const counted = countUnread(all, 0, "bob", nobody, "id-of-bob");
  expect(counted).toEqual({ count: 3, mentions: 2 });
});

test("a user sees the unread count and the conversation in the title", () => {
  expect(pageTitle(0, "lobby")).toBe("lobby · edge-chat");
  expect(pageTitle(3, "lobby")).toBe("(3) lobby · edge-chat");
  expect(pageTitle(0, "")).toBe("edge-chat");
  expect(pageTitle(1234, "茶室")).toBe("(99+) 茶室 · edge-chat");
  expect(formatCount(99)).toBe("99");
});

test("messages of blocked users are not unread", () => {
  const blocked = new Set(["id-of-alice"]);
  expect(countUnread([sentMessage(1)], 0, "bob", blocked).count).toBe(0);
});
