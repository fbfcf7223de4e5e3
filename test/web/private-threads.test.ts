// Private threads: a private message belongs to the conversation with the other user.
import { expect, test } from "vitest";
import type { ChatPrivate } from "../../src/client/index.ts";
import { groupByPeer } from "../../src/web/private-threads.ts";

function privateMessage(
  id: string,
  more: Partial<ChatPrivate> = {},
): ChatPrivate {
  return {
    type: "private",
    id,
    user: "id-of-bob",
    username: "bob",
    to: "alice",
    text: id,
    at: Number(id),
    mine: false,
    isReplay: false,
    ...more,
  };
}

test("a user's private messages and the answers are one thread, in order of time", () => {
  const own = privateMessage("2", { mine: true, to: "Bob", username: "alice" });
  const threads = groupByPeer(
    [privateMessage("3"), own, privateMessage("1")],
    [],
    "alice",
  );
  const bob = threads.get("bob");
  expect(bob?.messages.map(({ text }) => text)).toEqual(["1", "2", "3"]);
  expect(bob?.name).toBe("bob");
});

test("the user with the newest message comes first", () => {
  const carol = privateMessage("2", { username: "carol" });
  const threads = groupByPeer([privateMessage("1"), carol], [], "alice");
  expect([...threads.keys()]).toEqual(["carol", "bob"]);
});

test("a user's pending private message ends the thread, and a room message is not in it", () => {
  const pending = [
    { id: "p", text: "psst", to: "bob", at: 0, state: "queued" },
    { id: "q", text: "all", at: 0, state: "queued" },
  ] as const;
  const threads = groupByPeer([privateMessage("1")], pending, "alice");
  expect(threads.get("bob")?.messages.map(({ text }) => text)).toEqual([
    "1",
    "psst",
  ]);
  expect(threads.size).toBe(1);
});

test("a user's message keeps its key when the server confirms it", () => {
  const pending = {
    id: "p",
    text: "x",
    to: "bob",
    at: 0,
    state: "sending",
  } as const;
  const own = privateMessage("9", { mine: true, to: "bob", clientId: "p" });
  const before = groupByPeer([], [pending], "alice").get("bob");
  const after = groupByPeer([own], [], "alice").get("bob");
  expect(after?.messages[0]?.key).toBe(before?.messages[0]?.key);
});
