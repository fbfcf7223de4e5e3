// User lines tests: the copy for a user has all that the user wrote or did, and no words of others.
import { expect, test } from "vitest";
import {
  readHeader,
  userExportHeader,
} from "../../../src/core/room/export-format.ts";
import { userLine } from "../../../src/core/room/user-lines.ts";

const [ann, bob] = ["ann_____________", "bob_____________"];
const own = { seq: 7, room: "lobby", user: ann, username: "ann", at: 1 };
const others = { ...own, user: bob, username: "bob" };

test.for([
  { ...own, type: "message", text: "hello", mentions: [bob] },
  {
    ...others,
    type: "message",
    text: "ann rolls 6",
    bot: true,
    by: { user: ann },
  },
  { ...own, type: "edited", of: 3, text: "better" },
  { ...own, type: "deleted", of: 3, reason: "spam" },
  { ...own, type: "erased" },
  { ...own, type: "moderated", action: "ban", target: { user: bob } },
  { ...own, type: "topic", text: "news" },
  { ...own, type: "a kind of a later release", what: 1 },
])("a user gets what they wrote or did: $type", (event) => {
  const line = JSON.stringify(event);
  expect(userLine(ann, line)).toBe(line);
});

test.for([
  { ...others, type: "message", text: `hello ${ann}`, mentions: [ann] },
  { ...others, type: "moderated", action: "ban", target: { user: ann } },
  { ...others, type: "edited", of: 7, text: `"${ann}"` },
])("a user gets no words of others: $type", (event) => {
  expect(userLine(ann, JSON.stringify(event))).toBeNull();
});

test("a user gets their own reactions alone, also if one event has more", () => {
  const one = (user: string) => ({ user, username: user, id: "x" });
  const event = {
    ...{ type: "reacted", seq: 9, room: "lobby", of: 7, emoji: "👍" },
    ...{ added: [one(bob), one(ann)], removed: [one(bob)], count: 2, at: 1 },
  };
  const line = userLine(ann, JSON.stringify(event)) ?? "";
  expect(JSON.parse(line)).toEqual({
    ...event,
    added: [one(ann)],
    removed: [],
  });
  const without = { ...event, added: [one(bob)] };
  expect(userLine(ann, JSON.stringify(without))).toBeNull();
});

test("an import does not take a user's part for the log of a room", () => {
  const header = { room: "lobby", user: ann, epoch: "e", first: 1, seq: 2 };
  const line = userExportHeader(header);
  expect(JSON.parse(line)).toEqual({
    ...{ type: "user-export", version: 1, ...header },
  });
  expect(readHeader(line).ok).toBe(false);
});
