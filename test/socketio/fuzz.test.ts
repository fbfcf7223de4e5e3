// Fuzz: random requests and messages never throw, never answer twice, and never make a session grow beyond its bounds.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, encodeBody } from "../../src/socketio/engine-packet.ts";
import { encodePacket, PacketDecoder } from "../../src/socketio/packet.ts";
import { socketEcho } from "./support/echo-apps.ts";
import { type ClientSocket, EngineServer } from "./support/engine-server.ts";

const json = fc.json({ maxDepth: 4 });
const nsp = fc.constantFrom("", "/", "/custom,", "/random", "/x,y");
/** Messages that look like packets of Socket.IO, and some that do not. */
const message = fc.oneof(
  fc.string({ maxLength: 40, size: "max" }),
  fc
    .tuple(
      fc.nat(7),
      fc.constantFrom("", "1-", "3-", "99-"),
      nsp,
      fc.nat(99),
      json,
    )
    .map(
      ([digit, count, path, id, data]) => `${digit}${count}${path}${id}${data}`,
    ),
  fc.constantFrom(
    "0",
    "1",
    '2["message",1]',
    "0/custom,",
    '2["message-with-ack"]',
  ),
);
const frame = fc.oneof(
  message.map((text) => `4${text}`),
  fc.string({ maxLength: 20 }),
  fc.constantFrom("2probe", "5", "3", "1", "6", "2"),
  fc.uint8Array({ maxLength: 20 }),
);
const body = fc.oneof(
  fc
    .array(frame, { maxLength: 6 })
    .map((frames) =>
      frames
        .map((one) => (typeof one === "string" ? one : "bAQID"))
        .join("\u001e"),
    ),
  fc.string({ maxLength: 60 }),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("frame" as const), frame }),
  fc.record({ kind: fc.constant("upgrade" as const), frame }),
  fc.record({ kind: fc.constant("post" as const), body }),
  fc.record({ kind: fc.constant("poll" as const) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(400) }),
);

test("random requests and frames are answered once, and a session ends cleanly", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      const server = new EngineServer(socketEcho);
      const { body: opened } = server.fetch("GET", "EIO=4&transport=polling");
      const { sid } = JSON.parse(opened.slice(1));
      const query = `EIO=4&transport=polling&sid=${sid}`;
      let socket: ClientSocket | null = null;
      const pending: { answer: unknown }[] = [];
      for (const one of steps) {
        if (one.kind === "wait") server.advance(one.ms);
        else if (one.kind === "poll")
          pending.push(server.request("GET", query));
        else if (one.kind === "post")
          pending.push(server.request("POST", query, one.body));
        else {
          if (socket === null || one.kind === "upgrade")
            socket = server.connect(query.replace("polling", "websocket"));
          socket.say(one.frame);
        }
        const engine = server.sessions.get(sid)?.engine;
        expect(engine?.bufferedAmount).toBeLessThan(5 * 1024 * 1024);
      }
      // Without a pong it ends, and nothing waits for an answer any more.
      server.advance(2000);
      expect(server.sessions.get(sid)?.engine.isClosed).toBe(true);
      for (const { answer } of pending) expect(answer).not.toBeNull();
    }),
    { numRuns: 1000 },
  );
});

test("random messages are packets or are refused, and a decoder goes on", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(message, fc.uint8Array()), { maxLength: 20 }),
      (messages) => {
        const decoder = new PacketDecoder();
        for (const one of messages) {
          const packet = decoder.take(one);
          if (packet === null || packet === "more") continue;
          expect(packet.nsp.length).toBeLessThanOrEqual(256);
          if (packet.type === "event")
            expect(packet.data).toBeInstanceOf(Array);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("a packet with any attachments comes back as it went", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 8 }),
      fc.array(tie("any"), { maxLength: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 3 }),
      fc.option(fc.nat()),
      (args, id) => {
        const decoder = new PacketDecoder();
        const data = ["event", ...args];
        const messages = encodePacket({ type: "event", nsp: "/a", id, data });
        fc.pre(messages.length <= 11);
        const results = messages.map((one) => decoder.take(one));
        expect(results.at(-1)).toEqual({ type: "event", nsp: "/a", id, data });
        expect(results.slice(0, -1).every((one) => one === "more")).toBe(true);
      },
    ),
  );
});

test("a polling body with any packets comes back as it went", () => {
  const packet = fc.record({
    type: fc.constant("message" as const),
    data: fc.oneof(
      fc.string().filter((text) => !text.includes("\u001e")),
      fc.uint8Array({ maxLength: 50 }),
    ),
  });
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), (packets) => {
      expect(decodeBody(encodeBody(packets))).toEqual(packets);
    }),
  );
});
