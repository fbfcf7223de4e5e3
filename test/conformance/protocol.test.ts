// The protocol itself: pings, subprotocols, fields from the future, the closing handshake.
import { describe, expect, test } from "vitest";
import { connect } from "./client.ts";
import { SUBPROTOCOL } from "./connection.ts";
import { askRaw, UPGRADE_HEADERS } from "./http-client.ts";
import { enter, expectSilence, join, joinFrame, meet } from "./members.ts";
import { fresh, person, uniqueId } from "./people.ts";

const PING = '{"type":"ping"}';
const PONG = '{"type":"pong"}';

// Section 3: exactly these bytes are answered without waking the object.
describe("a ping", () => {
  test("is answered before the join and after it, byte for byte", async () => {
    const client = await connect(fresh("lobby"));
    client.send(PING);
    await client.next("pong");
    expect(client.frames).toEqual([PONG]);
    const alice = await enter(client, person("alice"));
    alice.send(PING);
    await alice.next("pong");
    expect(alice.frames.at(-1)).toBe(PONG);
  });

  test("is answered however it is spelled", async () => {
    const client = await connect(fresh("lobby"));
    for (const ping of [
      '{ "type" : "ping" }',
      '{"type":"ping","at":5}',
      '{"type":"ping"}\n',
    ]) {
      client.send(ping);
      await client.next("pong");
    }
    await enter(client, person("alice"));
    client.send('{ "type": "ping" }');
    await client.next("pong");
  });

  test("is noticed by nobody else", async () => {
    const [alice, bob] = await meet(fresh("lobby"), "alice", "bob");
    alice.send(PING);
    await alice.next("pong");
    await expectSilence(bob, alice);
  });

  test("of the WebSocket protocol is answered too", async () => {
    const client = await connect(fresh("lobby"));
    await client.protocolPing();
    await enter(client, person("alice"));
    await client.protocolPing();
  });
});

// Section 3: with the subprotocol a frame may hold several objects.
describe("the subprotocol", () => {
  async function askFor(protocols: string | undefined) {
    return askRaw(`/rooms/${fresh("lobby")}`, {
      ...UPGRADE_HEADERS,
      ...(protocols && { "Sec-WebSocket-Protocol": protocols }),
    });
  }

  test.for([
    SUBPROTOCOL,
    `${SUBPROTOCOL}, other`,
    `other, ${SUBPROTOCOL}`,
    `edge-chat.v2,${SUBPROTOCOL},edge-chat.v3`,
  ])("is chosen where %s are offered", async (offered) => {
    const { status, headers } = await askFor(offered);
    expect(status).toBe(101);
    expect(headers["sec-websocket-protocol"]).toBe(SUBPROTOCOL);
  });

  test.for([undefined, "other", "edge-chat", "edge-chat.v10", "EDGE-CHAT.V1"])(
    "is not chosen where %s is offered",
    async (offered) => {
      const { status, headers } = await askFor(offered);
      expect(status).toBe(101);
      expect(headers).not.toHaveProperty("sec-websocket-protocol");
    },
  );

  test("those with it and those without hear the same", async () => {
    const room = fresh("lobby");
    const speakers = await meet(room, "alice", "bob");
    const carol = await join(room, person("carol"));
    const protocols = [SUBPROTOCOL];
    const dave = await join(room, person("dave"), {}, { protocols });
    expect(dave.protocol).toBe(SUBPROTOCOL);
    expect(carol.protocol).toBe("");
    for (let turn = 0; turn < 100; turn++)
      for (const speaker of speakers)
        speaker.send({ type: "message", text: `word ${turn}`, id: uniqueId() });
    await dave.next("message", { seq: 200 });
    await carol.next("message", { seq: 200 });
    const heard = [carol, dave].map(({ inbox }) =>
      inbox.seen.filter(({ type }) => type === "message"),
    );
    expect(heard[0]).toHaveLength(200);
    expect(heard[1]).toEqual(heard[0]);
    // Without it every frame is one object, which has no newline outside of
    // its strings: the client has read each as one already.
    for (const frame of carol.frames) expect(frame).not.toContain("\n");
    for (const frame of dave.frames) {
      expect(frame).not.toMatch(/^\n|\n\n|\n$/);
      for (const object of frame.split("\n"))
        expect(object).toMatch(/^\{.*\}$/);
    }
  });

  test("with it a ping is answered all the same", async () => {
    const alice = await join(
      fresh("lobby"),
      person("alice"),
      {},
      { protocols: [SUBPROTOCOL] },
    );
    alice.send(PING);
    await alice.next("pong");
    expect(await alice.unread()).toEqual([]);
  });

  test("a newline in a text does not end an object", async () => {
    const room = fresh("lobby");
    const [alice] = await meet(room, "alice");
    const protocols = [SUBPROTOCOL];
    const bob = await join(room, person("bob"), {}, { protocols });
    await alice.say("two\nlines");
    expect((await bob.next("message")).text).toBe("two\nlines");
  });
});

// Section 2: a deploy mixes versions; section 3: unknown fields are ignored.
describe("fields of another version", () => {
  test("are accepted in every frame of a client", async () => {
    const room = fresh("lobby");
    const [bob] = await meet(room, "bob");
    const extra = { colour: "red", v: 2, nested: { deep: [1, null] } };
    const alice = await connect(room);
    alice.send({ ...joinFrame(person("alice")), ...extra });
    const { username } = await alice.next("welcome");
    await alice.next("history");
    alice.send({ type: "message", text: "hello", id: "a", ...extra });
    await alice.roomAck("a");
    const heard = await bob.next("message");
    expect(heard).not.toHaveProperty("colour");
    const told = { type: "private", to: bob.name, text: "psst", id: "b" };
    alice.send({ ...told, ...extra });
    await alice.privateAck("b");
    alice.send({ type: "who", ...extra });
    await alice.next("members");
    alice.send({ type: "history", ...extra });
    await alice.next("history");
    alice.send({ type: "received", seq: 1, ...extra });
    alice.send({ type: "typing", ...extra });
    await bob.next("typing", { username });
    alice.send({ type: "leave", ...extra });
    await alice.next("left", { username });
  });
});

test("who offers to compress hears the same", async () => {
  const room = fresh("lobby");
  const compress = true;
  const alice = await join(room, person("alice"), {}, { compress });
  const bob = await join(room, person("bob"), {}, { compress });
  const text = "hello ".repeat(600);
  await alice.say(text);
  expect((await bob.next("message")).text).toBe(text);
  bob.send(PING);
  await bob.next("pong");
});

describe("the closing handshake", () => {
  test.for([1000, 3000, 4999, undefined])(
    "alice closes with %s and is answered",
    async (code) => {
      const alice = await join(fresh("lobby"), person("alice"));
      const { code: answered } = await alice.close(code);
      // 1006 would be a connection that just went away.
      expect(answered).not.toBe(1006);
    },
  );

  test("it is answered before a join as well", async () => {
    const client = await connect(fresh("lobby"));
    expect((await client.close()).code).not.toBe(1006);
  });
});
