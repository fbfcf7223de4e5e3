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

test("what one wrote and what came back are one conversation, by time", () => {
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

test("whom one heard of last comes first", () => {
  const carol = privateMessage("2", { username: "carol" });
  const threads = groupByPeer([privateMessage("1"), carol], [], "alice");
  expect([...threads.keys()]).toEqual(["carol", "bob"]);
});

test("what is pending is at its end, and what is for the room is not there", () => {
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

test("an own one keeps its key when the server has it", () => {
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
