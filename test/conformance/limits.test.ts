// Limits: the length of a text, the size of a frame, the connections of a user, and the rate of messages.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import {
  expectSilence,
  expectUndisturbed,
  join,
  joinAll,
  joinFrame,
  type Member,
} from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";
import { defaults } from "./support/settings.ts";

const { TEXT_MAX, FRAME_MAX, USER_CONNECTIONS } = defaults;

// A text has at most 4,000 code points.
describe("the length of a text", () => {
  test.for([
    ["letters", "x"],
    ["letters of two bytes", "é"],
    ["letters of three bytes", "李"],
    ["signs of four bytes and two UTF-16 units", "😀"],
  ] as const)(
    "a user may send 4,000 %s and not one more",
    async ([, letter]) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      const text = letter.repeat(TEXT_MAX);
      await alice.sendMessage(text);
      expect((await bob.next("message")).text).toBe(text);
      await alice.sendPrivate(bob.name, text);
      expect((await bob.next("private")).text).toBe(text);
      alice.send(text);
      expect((await bob.next("message")).text).toBe(text);
      await alice.next("ack");

      const long = text + letter;
      const frame = { text: long, id: "my-id" };
      const refused = [
        { type: "message", ...frame },
        { type: "private", to: bob.name, ...frame },
      ];
      for (const each of refused)
        expect(await alice.refused(each, "too_large")).toHaveProperty(
          "id",
          "my-id",
        );
      await alice.refused(long, "too_large");
      await expectSilence(bob, alice);
    },
  );
});

// A frame has at most 16 KiB, in bytes.
describe("the size of a frame", () => {
  function frameOf(bytes: number, letter: string): string {
    const empty = JSON.stringify({ type: "message", text: "hi", pad: "" });
    const space = bytes - Buffer.byteLength(empty);
    const letters = Math.floor(space / Buffer.byteLength(letter));
    const pad = letter.repeat(letters);
    const blanks = "x".repeat(space - Buffer.byteLength(pad));
    return JSON.stringify({ type: "message", text: "hi", pad: pad + blanks });
  }

  test.for(["x", "é", "😀"])(
    "the size of a frame is counted in bytes of %s",
    async (letter) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      alice.send(frameOf(FRAME_MAX, letter));
      await alice.next("ack");
      await bob.next("message", { text: "hi" });
      await alice.refused(frameOf(FRAME_MAX + 1, letter), "too_large");
      await alice.refused(frameOf(FRAME_MAX * 4, letter), "too_large");
      await expectUndisturbed(bob, alice);
    },
  );

  test("a user has the same limit of a frame before a join", async () => {
    const client = await connect(uniqueName("lobby"));
    const pad = "x".repeat(FRAME_MAX);
    const frame = { ...joinFrame(person("alice")), pad };
    await client.refused(frame, "too_large");
    client.send(joinFrame(person("alice")));
    await client.next("welcome");
  });
});

// The new connection replaces the most silent one and is never refused.
describe("the connections of one user to one room", () => {
  test("the 21st connection of a user is let in, and the most silent one is closed", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, first] = await joinAll(room, "alice", who);
    const more = Array.from({ length: USER_CONNECTIONS - 1 }, () =>
      join(room, who),
    );
    const devices: Member[] = [first, ...(await Promise.all(more))];
    const allSay = (text: string) =>
      Promise.all(devices.map((device) => device.sendMessage(text)));
    // Not the oldest connection: silence decides.
    const [silent] = devices.splice(7, 1);
    await allSay("still here");
    const newcomer = await join(room, who);
    expect(newcomer.welcome.count).toBe(2);
    expect(await silent?.closed()).toHaveProperty("code", 4503);
    await Promise.all([allSay("and now"), newcomer.sendMessage("and now")]);
    await alice.unread();
    const types = new Set(alice.inbox.seen.map(({ type }) => type));
    const told = ["welcome", "history", "joined", "message", "ack"];
    expect(types).toEqual(new Set(told));
  });

  test("a newer connection of a device replaces the older one", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const alice = await join(room, person("alice"));
    const older = await join(room, who, { device: "phone" });
    const laptop = await join(room, who, { device: "laptop" });
    const elsewhere = await join(uniqueName("kitchen"), who, {
      device: "phone",
    });
    await alice.next("joined", { username: who.name });
    const newer = await join(room, who, { device: "phone" });
    expect(newer.welcome.count).toBe(2);
    expect(await older.closed()).toHaveProperty("code", 4503);
    await expectSilence(alice, laptop);
    await newer.next("message");
    await expectSilence(newer, laptop);
    await elsewhere.sendMessage("still here");
  });

  test("a device id may be the same as that of another user", async () => {
    const room = uniqueName("lobby");
    const bob = await join(room, person("bob"), { device: "phone" });
    const alice = await join(room, person("alice"), { device: "phone" });
    await bob.next("joined");
    await expectUndisturbed(alice, bob);
  });
});
