// Publishing: backends, bots and people send messages over HTTP, each once, under names that are theirs.
import { describe, expect, test } from "vitest";
import { expectProblem, post, send } from "./support/http-client.ts";
import { join, joinAll, leaveRoom } from "./support/members.ts";
import { person, publicIdOf, uniqueId, uniqueName } from "./support/people.ts";
import { HOOK_KEY, HOOK_ROOM, hasKey, KEY } from "./support/server-key.ts";
import { SocketIoUser } from "./support/socketio-user.ts";

const as = { id: "ci", username: "Builds" };
const pathOf = (room: string) => `/rooms/${room}/messages`;

describe.skipIf(!hasKey)("a bot", () => {
  test("everybody in the room gets a bot's message, once, however often it is sent", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const message = { as, text: "Build 7 is green.", data: { build: 7 } };
    const headers = { "Idempotency-Key": '"build-7"' };
    const first = await post(pathOf(room), KEY, message, headers);
    expect(first.status).toBe(201);
    const { seq, at } = first.body as { seq: number; at: number };
    expect(first.body).toEqual({ id: "build-7", seq, at });
    expect(first.headers.get("ratelimit-limit")).toMatch(/^\d+$/);
    for (const member of [alice, bob])
      expect(await member.next("message", { seq })).toEqual({
        ...{ type: "message", room, seq, at, ...message, as: undefined },
        ...{ username: "bot:Builds", bot: true, id: "build-7" },
        user: expect.stringMatching(/^[\w-]{16}$/),
      });
    const other = { as, text: "Build 7 is red.", id: "build-7" };
    const again = await post(pathOf(room), KEY, other);
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ id: "build-7", seq, at, duplicate: true });
    const { body } = await post(pathOf(room), KEY, { as, text: "next" });
    expect(body).toMatchObject({ seq: seq + 1 });
    expect(body).not.toHaveProperty("id");
    for (const member of [alice, bob]) await leaveRoom(member);
  });

  test("a bot speaks in a room where nobody is, and the first who comes reads it", async () => {
    const room = uniqueName("empty");
    const sent = await post(pathOf(room), KEY, { as, text: "hello" });
    expect(sent.status).toBe(201);
    const alice = await join(room, person("alice"));
    expect(alice.page?.messages).toMatchObject([
      { username: "bot:Builds", text: "hello", bot: true },
    ]);
  });

  test("a backend with a wrong key or a wrong message is told so, and nothing is stored", async () => {
    const room = uniqueName("lobby");
    const wrongKey = await post(pathOf(room), `${KEY}x`, "no JSON", {
      "Content-Type": "text/plain",
    });
    expectProblem(wrongKey, 401);
    expect(wrongKey.headers.get("www-authenticate")).toBe("Bearer");
    expectProblem(await post(pathOf(room), KEY, { text: "hi" }), 400);
    expectProblem(await post(pathOf(room), KEY, { as, text: " " }), 400);
    const big = { as, text: "x".repeat(200_000) };
    expectProblem(await post(pathOf(room), KEY, big), 413);
    const type = { "Content-Type": "text/plain" };
    expectProblem(await post(pathOf(room), KEY, { as, text: "hi" }, type), 415);
    expectProblem(await post(pathOf("a%20b"), KEY, { as, text: "hi" }), 400);
    const alice = await join(room, person("alice"));
    expect(alice.page?.messages).toEqual([]);
  });

  test("bytes that are no UTF-8 are refused, and do not become other characters", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const latin1 = (body: object) =>
      Uint8Array.from(JSON.stringify(body), (letter) => letter.charCodeAt(0));
    const path = `/rooms/${room}/messages`;
    const text = "größer";
    expectProblem(await post(path, KEY, latin1({ as, text })), 400);
    const hook = `/hooks/${HOOK_ROOM}/${HOOK_KEY}`;
    expectProblem(await post(hook, null, latin1({ text })), 400);
    expect((await post(path, KEY, { as, text })).status).toBe(201);
    expect(await alice.next("message")).toMatchObject({ seq: 1, text });
  });
});

describe("a change", () => {
  test.skipIf(!hasKey)(
    "a bot edits and deletes its message, and no other one does",
    async () => {
      const room = uniqueName("lobby");
      const alice = await join(room, person("alice"), { history: 0 });
      await post(pathOf(room), KEY, { as, text: "Build 7 is running." });
      const { seq } = await alice.next("message");
      const path = `${pathOf(room)}/${seq}`;
      const better = { as, text: "Build 7 is green.", id: uniqueId() };
      const edited = await send("PATCH", path, KEY, better);
      expect([edited.status, edited.body]).toEqual([
        201,
        { id: better.id, seq: seq + 1, at: expect.any(Number) },
      ]);
      await alice.next("edited", { of: seq, text: better.text });
      const again = await send("PATCH", path, KEY, better);
      expect(again.body).toMatchObject({ seq: seq + 1, duplicate: true });
      const other = { as: { id: "other", username: "Builds" } };
      for (const method of ["PATCH", "DELETE"])
        expectProblem(
          await send(method, path, KEY, { ...other, text: "no" }),
          403,
        );
      const mine = { username: alice.name, text: "no" };
      expectProblem(await send("PATCH", path, alice.person.token, mine), 403);
      expect((await send("DELETE", path, KEY, { as })).status).toBe(201);
      await alice.next("deleted", { of: seq });
      for (const method of ["PATCH", "DELETE"])
        expectProblem(await send(method, path, KEY, { as, text: "no" }), 410);
      expectProblem(
        await send("DELETE", `${pathOf(room)}/0`, KEY, { as }),
        400,
      );
      expectProblem(await send("DELETE", path, null, { as }), 401);
      const nowhere = `${pathOf(uniqueName("nowhere"))}/1`;
      expectProblem(await send("DELETE", nowhere, KEY, { as }), 410);
    },
  );

  test("alice edits and deletes by her secret what she has said by her connection", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"), { history: 0 });
    const bob = await join(room, person("bob"), { history: 0 });
    const { seq } = await alice.sendMessage("helo");
    const path = `${pathOf(room)}/${seq}`;
    const { name: username, token } = alice.person;
    const fixed = { username, text: "hello" };
    expect((await send("PATCH", path, token, fixed)).status).toBe(201);
    await bob.next("edited", { of: seq, text: "hello" });
    const eve = { username: bob.name };
    expectProblem(await send("DELETE", path, bob.person.token, eve), 403);
    await leaveRoom(alice);
    expect((await send("DELETE", path, token, { username })).status).toBe(201);
    await bob.next("deleted", { of: seq });
  });
});

describe.skipIf(!hasKey)("many at once", () => {
  test("a message of a batch that has a wrong form stops no other one", async () => {
    const room = uniqueName("lobby");
    const wrong = [{ text: 5 }, null, "x", {}, { text: "x", as: { id: 1 } }];
    const messages = [{ text: "one" }, ...wrong, { text: "two" }];
    const { status, body } = await post(pathOf(room), KEY, { as, messages });
    expect(status).toBe(200);
    const refused = { status: 400, code: "bad_request" };
    expect(body).toMatchObject({
      results: [
        { status: 201, seq: 1 },
        { ...refused, detail: "messages.1.text: expected string." },
        { ...refused, detail: "messages.2: expected Object." },
        ...[refused, refused, refused],
        { status: 201, seq: 2 },
      ],
    });
  });

  test("a batch is answered message by message, and again the same", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const headers = { "Idempotency-Key": uniqueId() };
    const messages = [
      { text: "one" },
      { text: " " },
      { text: "two", id: "own" },
      { text: "three", as: { id: "other", username: "Other" } },
    ];
    const send = () => post(pathOf(room), KEY, { as, messages }, headers);
    const { status, body } = await send();
    expect(status).toBe(200);
    const id = expect.stringMatching(/^[\w-]{43}$/);
    const at = expect.any(Number);
    expect(body).toEqual({
      results: [
        { status: 201, id, seq: 1, at },
        { status: 400, code: "bad_request", detail: expect.any(String) },
        { status: 201, id: "own", seq: 2, at },
        { status: 201, id, seq: 3, at },
      ],
    });
    const again = await send();
    expect(again.body).toMatchObject({
      results: [
        { status: 200, seq: 1, duplicate: true },
        { status: 400 },
        { status: 200, seq: 2, duplicate: true },
        { status: 200, seq: 3, duplicate: true },
      ],
    });
    const names = [];
    for (const text of ["one", "two", "three"])
      names.push((await alice.next("message", { text })).username);
    expect(names).toEqual(["bot:Builds", "bot:Builds", "bot:Other"]);
    for (const wrong of [[], Array.from({ length: 101 }, () => messages[0])])
      expectProblem(
        await post(pathOf(room), KEY, { as, messages: wrong }),
        400,
      );
  });

  test("a broadcast reaches each room, and each is answered for itself", async () => {
    const rooms = [uniqueName("one"), uniqueName("two")];
    const alice = await join(rooms[0] ?? "", person("alice"));
    const message = { as, text: "Maintenance at ten.", id: uniqueId() };
    const asked = { ...message, rooms: [...rooms, "no room"] };
    const { status, body } = await post("/broadcast", KEY, asked);
    expect(status).toBe(200);
    const { id } = message;
    expect(body).toMatchObject({
      results: [
        { room: rooms[0], status: 201, id, seq: 1 },
        { room: rooms[1], status: 201, id, seq: 1 },
        { room: "no room", status: 400, code: "bad_room" },
      ],
    });
    await alice.next("message", { text: message.text });
    expect((await post("/broadcast", KEY, asked)).body).toMatchObject({
      results: [
        { status: 200, duplicate: true },
        { status: 200, duplicate: true },
        { status: 400 },
      ],
    });
    expectProblem(await post("/broadcast", person("eve").token, asked), 403);
    expectProblem(await post("/broadcast", null, asked), 401);
  });
});

describe("a private message", () => {
  test.skipIf(!hasKey)(
    "bob gets a bot's private message, once, wherever he is",
    async () => {
      const bob = await join(uniqueName("lobby"), person("bob"));
      const path = `/users/${bob.name}/messages`;
      const message = { as, text: "Your build is red.", id: uniqueId() };
      const first = await post(path, KEY, message);
      expect(first.status).toBe(201);
      const { at } = first.body as { at: number };
      expect(first.body).toEqual({
        ...{ id: message.id, to: bob.name, at, delivered: true },
        private: expect.any(String),
      });
      expect(await bob.next("private")).toMatchObject({
        ...{ username: "bot:Builds", to: bob.name, text: message.text },
        bot: true,
      });
      const again = await post(path, KEY, message);
      expect([again.status, again.body]).toEqual([
        ...[200, { ...(first.body as object), duplicate: true }],
      ]);
      const nobody = uniqueName("nobody");
      const lost = await post(`/users/${nobody}/messages`, KEY, message);
      expectProblem(lost, 404);
      const noName = await post("/users/a%20b/messages", KEY, message);
      expectProblem(noName, 400);
      expect(noName.body).toMatchObject({ code: "bad_username" });
    },
  );

  test("alice writes to bob under the name that she holds, and has the copy", async () => {
    const bob = await join(uniqueName("lobby"), person("bob"));
    const alice = await join(uniqueName("kitchen"), person("alice"));
    const path = `/users/${bob.name}/messages`;
    const message = { username: alice.name, text: "psst", id: uniqueId() };
    const sent = await post(path, alice.person.token, message);
    expect(sent.status).toBe(201);
    const letter = { username: alice.name, to: bob.name, text: "psst" };
    expect(await bob.next("private")).toMatchObject(letter);
    expect(await alice.next("private")).toMatchObject(letter);
    expectProblem(await post(path, person("eve").token, message), 409);
    const eve = person("eve");
    const own = { ...message, username: eve.name };
    expectProblem(await post(path, eve.token, own), 403);
  });
});

describe("a person", () => {
  test("alice publishes by her secret, in the room or away from it, under her own name", async () => {
    const room = uniqueName("lobby");
    const bob = await join(room, person("bob"));
    const alice = person("alice");
    const user = publicIdOf(alice.token);
    const away = await post(pathOf(room), alice.token, {
      ...{ username: alice.name, text: "on my way", id: uniqueId() },
    });
    expect(away.status).toBe(201);
    expect(await bob.next("message")).toMatchObject({
      ...{ username: alice.name, user, text: "on my way" },
    });
    const here = await join(room, alice);
    const message = { username: alice.name, text: "here", id: uniqueId() };
    expect((await post(pathOf(room), alice.token, message)).status).toBe(201);
    expect(await bob.next("message")).toMatchObject({ user, text: "here" });
    // The same by her connection is the same message.
    here.send({ type: "message", text: "here", id: message.id });
    const ack = await here.next("ack", { id: message.id });
    expect(ack).toMatchObject({ duplicate: true });
  });

  test("eve cannot publish under alice's name, or as a bot", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const eve = person("eve");
    const username = alice.person.name;
    expectProblem(
      await post(pathOf(room), eve.token, { username, text: "hi" }),
      409,
    );
    const bot = { username: eve.name, as, text: "hi" };
    expectProblem(await post(pathOf(room), eve.token, bot), 400);
    expectProblem(
      await post(pathOf(room), null, { username, text: "hi" }),
      401,
    );
    const { seq } = await alice.sendMessage("nothing before this");
    expect(seq).toBe(1);
  });
});

test.skipIf(!hasKey)(
  "a service that knows Slack sends to a room by its URL alone",
  async () => {
    const alice = await join(HOOK_ROOM, person("alice"), { history: 0 });
    const text = `Build ${uniqueId()} is <https://ci.example|green>.`;
    const path = `/hooks/${HOOK_ROOM}/${HOOK_KEY}`;
    const sent = await post(path, null, { text, username: "CI" });
    expect([sent.status, sent.text]).toEqual([200, "ok"]);
    const shown = text.replace(/<.*>/, "green (https://ci.example)");
    expect(await alice.next("message", { text: shown })).toMatchObject({
      ...{ username: "bot:CI", bot: true },
    });
    const other = `/hooks/${uniqueName("lobby")}/${HOOK_KEY}`;
    expectProblem(await post(other, null, { text }), 404);
    const wide = `/hooks/${HOOK_ROOM}/${KEY}`;
    expectProblem(await post(wide, null, { text }), 404);
    await leaveRoom(alice);
  },
);

test.skipIf(!hasKey)(
  "a client of Socket.IO hears a backend's message as its own event",
  async () => {
    const room = uniqueName("lobby");
    const user = new SocketIoUser();
    const username = uniqueName("carol");
    user.socket.emit("join room", { roomname: room, username });
    await user.next("joined");
    await post(pathOf(room), KEY, { as, text: "Build 7 is green." });
    expect((await user.next("new message"))[0]).toEqual({
      ...{ room, type: "generic", username: "bot:Builds" },
      message: "Build 7 is green.",
    });
  },
);
