// Message data: JSON that an app adds to a message reaches all who read the message, as it was sent.
import { describe, expect, test } from "vitest";
import { join, joinAll, joinText } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

const DATA = { sticker: "cat", list: [1, null, true, "\u{1f600}"], deep: {} };

describe("data of a message to the room", () => {
  test("bob gets alice's data with her message, in the page and by a resume", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    alice.send({ type: "message", text: "hello", id: uniqueId(), data: DATA });
    const heard = await bob.next("message");
    expect(heard.data).toEqual(DATA);
    bob.send({ type: "history" });
    expect((await bob.next("history")).messages).toEqual([heard]);
    const { epoch } = bob.welcome;
    const since = heard.seq - 1;
    const again = await join(room, person("carol"), { since, epoch });
    expect(await again.next("message")).toEqual(heard);
  });

  test("alice who sends an id again with other data is told the first ack", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    for (const data of [1, 2])
      alice.send({ type: "message", text: "hello", id, data });
    const first = await alice.next("ack");
    expect(await alice.next("ack")).toEqual({ ...first, duplicate: true });
    expect(await bob.next("message")).toHaveProperty("data", 1);
    expect(await bob.unread()).toEqual([]);
  });

  test("a reader of lines sees alice's text without its data", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const carol = await joinText(room, person("carol"));
    alice.send({ type: "message", text: "hello", data: DATA });
    expect(await carol.lineLike(/hello/)).toBe(`${alice.name}: hello`);
  });
});

test("bob gets alice's data with her private message, on a later device too", async () => {
  const room = uniqueName("lobby");
  const bob = person("bob");
  const [alice] = await joinAll(room, "alice");
  const phone = await join(uniqueName("kitchen"), bob);
  alice.send({ type: "private", to: bob.name, text: "psst", data: DATA });
  const heard = await phone.next("private");
  expect(heard.data).toEqual(DATA);
  const laptop = await join(uniqueName("attic"), bob, { mailSince: 0 });
  expect(await laptop.next("private")).toEqual(heard);
});

describe("data that is refused", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  test.for([
    ["more than 4,096 bytes", JSON.stringify("x".repeat(4095))],
    ["more than 4,096 bytes in UTF-8", JSON.stringify("\u674e".repeat(1366))],
    ["more than 32 levels", nested(33)],
    ["thousands of levels", nested(6000)],
    ["a number beyond JSON", "1e999"],
  ])("alice who sends %s gets bad_request with her id", async ([, data]) => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    for (const type of ["message", "private"]) {
      const to = type === "private" ? `"to":"${bob.name}",` : "";
      alice.send(
        `{"type":"${type}",${to}"text":"hello","id":"my-id","data":${data}}`,
      );
      expect(await alice.next("error")).toMatchObject({
        code: "bad_request",
        id: "my-id",
        message: expect.stringMatching(/^data: /),
      });
    }
    expect(await bob.unread()).toEqual([]);
  });

  test("alice may send 4,096 bytes and 32 levels", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    for (const data of ["x".repeat(4094), JSON.parse(nested(32))]) {
      alice.send({ type: "message", text: "hello", id: uniqueId(), data });
      expect(await alice.next("ack")).toHaveProperty("seq");
    }
  });
});
