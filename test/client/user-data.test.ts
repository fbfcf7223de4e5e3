// User data: an app gets the data of members with its own types, checked by its schemas.
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { connect, createClient, type Room } from "../../src/client/index.ts";
import { BOB, message, TestClient, welcome } from "./support/test-client.ts";

const bob = { user: BOB, username: "bob" };
const data = { displayName: "Bob Lee" };

async function joined(options = {}): Promise<TestClient> {
  const client = new TestClient(options);
  await client.join();
  return client;
}

describe("the data of members", () => {
  test("a user sees the data of members who were there, who come, and who get other data", async () => {
    const client = new TestClient();
    await client.acceptJoin();
    client.serverSends({
      ...welcome(),
      members: ["alice", "bob", "carl"],
      details: [{ ...bob, data }],
    });
    const { lobby } = client;
    expect([...lobby.details]).toEqual([["bob", { ...bob, data }]]);
    const before = lobby.getSnapshot();
    const carl = { user: "carl-public-id--", username: "carl" };
    client.serverSends({ type: "updated", ...carl, data: 1, at: 2 });
    expect(lobby.members).toEqual(["alice", "bob", "carl"]);
    expect(lobby.details.get("carl")).toEqual({ ...carl, data: 1 });
    expect(before.details.size).toBe(1);
    client.serverSends({ type: "updated", ...bob, at: 3 });
    expect([...lobby.details.keys()]).toEqual(["carl"]);
    expect(client.events).toContainEqual({ type: "updated", ...bob, at: 3 });
    client.serverSends({ type: "left", ...carl, at: 4 });
    expect(lobby.details.size).toBe(0);
    const dave = { user: "dave-public-id--", username: "dave", data };
    client.serverSends({ type: "joined", ...dave, at: 5 });
    expect(lobby.details.get("dave")).toEqual(dave);
    expect(client.events).toContainEqual({ type: "joined", ...dave, at: 5 });
  });

  test("a user who comes back sees the data of those who are there now", async () => {
    const client = await joined();
    client.serverSends({ type: "joined", ...bob, data, at: 1 });
    await client.loseConnection();
    client.serverSends(welcome());
    expect(client.lobby.details.size).toBe(0);
  });

  test("a user's own new data is told, though the user is not announced", async () => {
    const client = await joined();
    const alice = { user: client.sdk.user ?? "", username: "alice" };
    client.serverSends({ type: "updated", ...alice, data, at: 1 });
    expect(client.lobby.details.get("alice")).toEqual({ ...alice, data });
    expect(client.lobby.count).toBe(1);
  });

  test("a user requests the data of a page of members", async () => {
    const client = await joined();
    const page = client.lobby.listMembers("a", true);
    expect(client.takeSent()).toEqual([
      { type: "who", after: "a", details: true },
    ]);
    client.serverSends({
      ...{ type: "members", members: ["bob"], count: 2, more: false },
      details: [{ ...bob, data }, "junk"],
    });
    expect((await page).details).toEqual([{ ...bob, data }]);
  });
});

describe("the schemas of an app", () => {
  const schemas = {
    message: v.object({ n: v.pipe(v.number(), v.minValue(1)) }),
    user: v.pipe(
      v.string(),
      v.transform((text) => text.toUpperCase()),
    ),
  };

  test("a user sees right data as the schema returns it, and messages and members without wrong data", async () => {
    const client = await joined({ schemas });
    client.serverSends({ ...message(1), data: { n: 1, more: 2 } });
    client.serverSends({ ...message(2), data: { n: 0 } });
    client.serverSends(message(3));
    const [first, ...others] = client.lobby.messages;
    expect(first?.data).toEqual({ n: 1 });
    expect(others.map((one) => "data" in one)).toEqual([false, false]);
    client.serverSends({ type: "joined", ...bob, data: "bob", at: 1 });
    expect(client.lobby.details.get("bob")?.data).toBe("BOB");
    client.serverSends({ type: "updated", ...bob, data: 7, at: 2 });
    expect(client.lobby.details.size).toBe(0);
    expect(client.lobby.members).toEqual(["alice", "bob"]);
  });

  test("a user's client goes on when a schema throws", async () => {
    const validate = () => {
      throw new Error("a bug of the schema");
    };
    const message1 = { ...message(1), data: 1 };
    const broken = { "~standard": { version: 1, vendor: "test", validate } };
    const client = await joined({ schemas: { message: broken } });
    client.serverSends(message1);
    expect(client.lobby.messages).toHaveLength(1);
    expect(client.lobby.messages[0]).not.toHaveProperty("data");
  });

  test("an app with an asynchronous schema is told so at once", () => {
    const message = v.pipeAsync(
      v.string(),
      v.checkAsync(async () => true),
    );
    expect(() =>
      createClient("http://chat.example", {
        ...{ username: "alice", schemas: { message } },
      }),
    ).toThrow(new TypeError("schemas must be synchronous."));
  });

  test("an app has the types of its data in calls, events and snapshots", () => {
    interface Types {
      message: { sticker: string };
      user: { plan: string };
    }
    // Never called: the types are the test.
    const typed = (room: Room<Types>) => {
      room.send("hello", { data: { sticker: "cat" } });
      // @ts-expect-error another type
      room.send("hello", { data: { sticker: 1 } });
      room.client.sendPrivate("bob", "psst", { data: { sticker: "cat" } });
      room.on("joined", (event) =>
        expectTypeOf(event.data).toEqualTypeOf<Types["user"] | undefined>(),
      );
      const { messages, details } = room.getSnapshot();
      expectTypeOf(messages[0]?.data).toEqualTypeOf<
        Types["message"] | undefined
      >();
      expectTypeOf(details.get("bob")?.data).toEqualTypeOf<
        Types["user"] | undefined
      >();
      const options = { username: "alice", room: "lobby" };
      expectTypeOf(connect<Types>("", options)).toEqualTypeOf<Room<Types>>();
      const inferred = createClient("", { username: "alice", schemas });
      inferred.on("private", ({ data }) =>
        expectTypeOf(data).toEqualTypeOf<{ n: number } | undefined>(),
      );
    };
    expect(typed).toBeTypeOf("function");
  });
});
