// Protocol: pings, subprotocols, unknown fields, and the closing handshake.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { SUBPROTOCOL } from "./support/connection.ts";
import { askRaw, UPGRADE_HEADERS } from "./support/http-client.ts";
import {
  expectSilence,
  join,
  joinAll,
  joinFrame,
  joinOn,
} from "./support/members.ts";
import {
  type Person,
  person,
  publicIdOf,
  secret,
  uniqueId,
  uniqueName,
} from "./support/people.ts";

const PING = '{"type":"ping"}';
const PONG = '{"type":"pong"}';

// The runtime answers exactly these bytes without waking the room.
describe("a ping", () => {
  test("a client's ping is answered before and after the join, byte for byte", async () => {
    const client = await connect(uniqueName("lobby"));
    client.send(PING);
    await client.next("pong");
    expect(client.frames).toEqual([PONG]);
    const alice = await joinOn(client, person("alice"));
    alice.send(PING);
    await alice.next("pong");
    expect(alice.frames.at(-1)).toBe(PONG);
  });

  test("a client's ping is answered in any spelling", async () => {
    const client = await connect(uniqueName("lobby"));
    for (const ping of [
      '{ "type" : "ping" }',
      '{"type":"ping","at":5}',
      '{"type":"ping"}\n',
    ]) {
      client.send(ping);
      await client.next("pong");
    }
    await joinOn(client, person("alice"));
    client.send('{ "type": "ping" }');
    await client.next("pong");
  });

  test("nobody else notices a client's ping", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    alice.send(PING);
    await alice.next("pong");
    await expectSilence(bob, alice);
  });

  test("a client's ping of the WebSocket protocol is answered too", async () => {
    const client = await connect(uniqueName("lobby"));
    await client.protocolPing();
    await joinOn(client, person("alice"));
    await client.protocolPing();
  });
});

// With the subprotocol a frame may hold several objects.
describe("the subprotocol", () => {
  async function askFor(protocols: string | undefined) {
    return askRaw(`/rooms/${uniqueName("lobby")}`, {
      ...UPGRADE_HEADERS,
      ...(protocols && { "Sec-WebSocket-Protocol": protocols }),
    });
  }

  test.for([
    SUBPROTOCOL,
    `${SUBPROTOCOL}, other`,
    `other, ${SUBPROTOCOL}`,
    `edge-chat.v2,${SUBPROTOCOL},edge-chat.v3`,
  ])("a client that offers %s gets the subprotocol", async (offered) => {
    const { status, headers } = await askFor(offered);
    expect(status).toBe(101);
    expect(headers["sec-websocket-protocol"]).toBe(SUBPROTOCOL);
  });

  test.for([undefined, "other", "edge-chat", "edge-chat.v10", "EDGE-CHAT.V1"])(
    "a client that offers %s does not get the subprotocol",
    async (offered) => {
      const { status, headers } = await askFor(offered);
      expect(status).toBe(101);
      expect(headers).not.toHaveProperty("sec-websocket-protocol");
    },
  );

  test("clients with and without the subprotocol get the same events", async () => {
    const room = uniqueName("lobby");
    const speakers = await joinAll(room, "alice", "bob");
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
    // Without it each frame is one object without newlines outside of strings.
    // The client has parsed each frame as one.
    for (const frame of carol.frames) expect(frame).not.toContain("\n");
    for (const frame of dave.frames) {
      expect(frame).not.toMatch(/^\n|\n\n|\n$/);
      for (const object of frame.split("\n"))
        expect(object).toMatch(/^\{.*\}$/);
    }
  });

  test("a client with the subprotocol gets an answer to its ping", async () => {
    const alice = await join(
      uniqueName("lobby"),
      person("alice"),
      {},
      { protocols: [SUBPROTOCOL] },
    );
    alice.send(PING);
    await alice.next("pong");
    expect(await alice.unread()).toEqual([]);
  });

  test("a newline in a text does not end an object for a client of the subprotocol", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const protocols = [SUBPROTOCOL];
    const bob = await join(room, person("bob"), {}, { protocols });
    await alice.sendMessage("two\nlines");
    expect((await bob.next("message")).text).toBe("two\nlines");
  });
});

// A deploy mixes versions, so unknown fields are ignored.
describe("a client of another version", () => {
  /** All frames in an order that works, each with the type of its answer. */
  function framesOf(who: Person, other: Person) {
    const user = publicIdOf(other.token);
    return [
      [{ type: "ping" }, "pong"],
      [{ type: "help" }, "help"],
      [joinFrame(who, { device: "d", since: 0, mailSince: 0 }), "welcome"],
      [{ type: "message", text: "hello", id: "a" }, "ack"],
      [{ type: "private", to: other.name, text: "psst", id: "b" }, "ack"],
      [{ type: "who" }, "members"],
      [{ type: "history", limit: 2 }, "history"],
      [{ type: "received", seq: 1, mail: 0 }, null],
      [{ type: "typing" }, null],
      [{ type: "register" }, "registered"],
      [{ type: "rotate", token: secret() }, "rotated"],
      [{ type: "release" }, "released"],
      [{ type: "block", user }, "blocked"],
      [{ type: "unblock", user }, "blocked"],
      [{ type: "leave" }, "left"],
    ] as const;
  }

  const extra = { colour: "red", v: 2, nested: { deep: [1, null] } };

  test("a client may put unknown fields into every frame", async () => {
    const room = uniqueName("lobby");
    const other = person("bob");
    const bob = await join(room, other);
    const who = person("alice");
    const alice = await connect(room);
    for (const [frame, answer] of framesOf(who, other)) {
      alice.send({ ...extra, ...frame, ...extra });
      if (answer !== null) await alice.next(answer);
    }
    for (const type of ["message", "private", "typing"] as const)
      expect(await bob.next(type)).not.toHaveProperty("colour");
    expect(alice.inbox.seen.map(({ type }) => type)).not.toContain("error");
  });

  test("a client is told of every unknown type, whatever else the frame has", async () => {
    const room = uniqueName("lobby");
    const [who, other] = [person("alice"), person("bob")];
    const alice = await connect(room);
    for (const isIn of [false, true]) {
      if (isIn) await joinOn(alice, who);
      for (const [frame] of framesOf(who, other)) {
        const later = { ...frame, type: `${frame.type}2` };
        const failure = await alice.refused(later, "unsupported");
        expect(failure.id).toBe("id" in frame ? frame.id : undefined);
      }
    }
    await alice.sendMessage("still here");
  });
});

test("a client that offers compression gets the same events", async () => {
  const room = uniqueName("lobby");
  const compress = true;
  const alice = await join(room, person("alice"), {}, { compress });
  const bob = await join(room, person("bob"), {}, { compress });
  const text = "hello ".repeat(600);
  await alice.sendMessage(text);
  expect((await bob.next("message")).text).toBe(text);
  bob.send(PING);
  await bob.next("pong");
});

describe("the closing handshake", () => {
  // 1005 stands for no code. 1006 would mean a lost connection.
  test.for([
    [1000, 1000],
    [1001, 1001],
    [1008, 1008],
    [1011, 1011],
    [3000, 3000],
    [4002, 4002],
    [4999, 4999],
    [undefined, 1005],
  ])(
    "alice closes with %s and gets the right code back",
    async ([code, answered]) => {
      const alice = await join(uniqueName("lobby"), person("alice"));
      expect((await alice.close(code)).code).toBe(answered);
    },
  );

  test("a client that closes before a join gets the right code back", async () => {
    for (const [code, answered] of [
      [1000, 1000],
      [4001, 4001],
      [undefined, 1005],
    ] as const) {
      const client = await connect(uniqueName("lobby"));
      expect((await client.close(code)).code).toBe(answered);
    }
  });
});
