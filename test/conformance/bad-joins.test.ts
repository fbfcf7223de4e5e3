// Bad joins: joins that come too early, twice, in parallel or too often are refused.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { expectSilence, join, joinAll, joinFrame } from "./support/members.ts";
import { person, secret, stranger, uniqueName } from "./support/people.ts";

describe("before a join", () => {
  test.for([
    { type: "message", text: "hi", id: "my-id" },
    { type: "private", to: "bob", text: "hi", id: "my-id" },
    { type: "who" },
    { type: "history" },
    { type: "typing" },
    { type: "received", seq: 1 },
    { type: "leave" },
    "hello",
    "@bob psst",
    "/who",
    "/leave",
  ])(
    "a user who sends %j before a join is refused, and can still join",
    async (frame) => {
      const room = uniqueName("lobby");
      const [alice, bob] = await joinAll(room, "alice", "bob");
      const early = await connect(room);
      const failure = await early.refused(frame, "not_joined");
      if (typeof frame === "object" && "id" in frame)
        expect(failure.id).toBe("my-id");
      await expectSilence(alice, bob);
      const who = person("early");
      early.send(joinFrame(who));
      await early.next("welcome", { username: who.name });
      await early.next("history");
      await early.sendMessage("hello");
      await alice.next("joined", { username: who.name });
      await alice.next("message", { username: who.name });
    },
  );

  test.for([
    "{",
    '{"type":"teleport"}',
    '{"type":"message","text":5}',
    '{"type":"join"}',
    '{"type":"join","username":5}',
    '{"type":"join","username":["bob"]}',
    '{"type":"join","username":"bob","token":5}',
    '{"type":"join","username":"bob","since":"1"}',
    '{"type":"join","username":"bob","since":-1,"epoch":"x"}',
    '{"type":"join","username":"bob","since":1.5,"epoch":"x"}',
    '{"type":"join","username":"bob","epoch":5}',
    '{"type":"join","username":"bob","mailSince":"1"}',
    '{"type":"join","username":"bob","device":5}',
    '{"type":"join","username":"bob","device":""}',
    '{"type":"join","__proto__":{"username":"bob"}}',
  ])(
    "a user who sends %s before a join is refused, and can still join",
    async (frame) => {
      const client = await connect(uniqueName("lobby"));
      // An invalid frame may be refused before the server looks at its sender.
      const isJoin = frame.includes('"join"');
      const early = isJoin ? [] : (["unsupported", "not_joined"] as const);
      await client.refused(frame, "bad_request", ...early);
      client.send(joinFrame(person("bob")));
      await client.next("welcome");
    },
  );

  test("a user who sends binary before a join is refused, and can still join", async () => {
    const client = await connect(uniqueName("lobby"));
    const who = person("bob");
    const frame = Buffer.from(JSON.stringify(joinFrame(who)));
    await client.refused(frame, "unsupported");
    client.send(joinFrame(who));
    await client.next("welcome");
  });
});

// A join while joined or joining is `already_joined`.
describe("joining twice", () => {
  test.for(["the same name", "another name"])(
    "alice has joined and is refused a second join under %s",
    async (which) => {
      const room = uniqueName("lobby");
      const [bob, alice] = await joinAll(room, "bob", "alice");
      const again = which === "the same name" ? alice.person : person("alison");
      await alice.refused(joinFrame(again), "already_joined");
      await alice.sendMessage("I am still who I was");
      const heard = await bob.next("message");
      expect(heard.username).toBe(alice.name);
      expect(await bob.unread()).toEqual([]);
    },
  );

  // The second join arrives while the first waits for the directory: it is
  // buffered and answered later.
  test.for(["the same name", "another name"])(
    "alice sends two joins at once, and the second one under %s is refused",
    async (which) => {
      const room = uniqueName("lobby");
      const [bob] = await joinAll(room, "bob");
      const first = person("alice");
      const second = which === "the same name" ? first : person("alison");
      const alice = await connect(room);
      alice.send(joinFrame(first));
      alice.send(joinFrame(second));
      const frames = await alice.until("error");
      expect(frames).toMatchObject([
        { type: "welcome", username: first.name, count: 2 },
        { type: "history" },
        { type: "error", code: "already_joined" },
      ]);
      await alice.sendMessage("here I am");
      const [joined, heard, ...rest] = await bob.until("message");
      expect(joined).toMatchObject({ type: "joined", username: first.name });
      expect(heard).toMatchObject({ username: first.name });
      expect(rest).toEqual([]);
    },
  );

  test("a name in the URL and a join frame count as two joins", async () => {
    const room = uniqueName("lobby");
    const { name } = person("alice");
    const alice = await connect(room, { query: { username: name } });
    alice.send(joinFrame(person("alison")));
    await alice.next("welcome", { username: name });
    await alice.next("error", { code: "already_joined" });
    await alice.next("history");
    await alice.sendMessage("hello");
  });
});

// A refused join is an error, and the connection stays open; after five it
// closes.
describe("refused joins", () => {
  test("the fifth refused join closes the connection, after its error", async () => {
    const client = await connect(uniqueName("lobby"));
    for (let turn = 1; turn <= 4; turn++) {
      const frame = { type: "join", username: "-bob", token: secret() };
      await client.refused(frame, "bad_username");
      expect(client.isOpen).toBe(true);
    }
    client.send({ type: "join", username: "-bob" });
    await client.next("error", { code: "bad_username" });
    expect(await client.closed()).toHaveProperty("code", 4500);
  });

  test("five joins that are refused for a taken name close the connection", async () => {
    const bob = await join(uniqueName("lobby"), person("bob"));
    const client = await connect(uniqueName("kitchen"));
    for (let turn = 1; turn <= 5; turn++) {
      client.send(joinFrame(stranger(bob.name)));
      await client.next("error", { code: "username_taken" });
    }
    expect(await client.closed()).toHaveProperty("code", 4500);
    await bob.sendMessage("still mine");
  });

  test("a user is let in by the fifth join after four refusals", async () => {
    const client = await connect(uniqueName("lobby"));
    for (let turn = 1; turn <= 4; turn++)
      await client.refused({ type: "join", username: "" }, "bad_username");
    client.send(joinFrame(person("bob")));
    await client.next("welcome");
  });
});
