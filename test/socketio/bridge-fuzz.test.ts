// Bridge fuzz: whatever a client emits and rooms answer, nothing throws, and rooms, answers and memory stay bounded.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FakeBridge, message, page } from "./support/fake-rooms.ts";

const name = fc.constantFrom("alice", "bob", "a b", "");
const room = fc.constantFrom(
  "lobby",
  "hall",
  "a",
  "b",
  "c",
  "d",
  "e",
  "no room",
);
const argument = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer(),
  fc.constant(null),
  fc.record(
    { roomname: room, username: name, room, message: fc.string(), to: name },
    { requiredKeys: [] },
  ),
);
const event = fc.oneof(
  fc.constantFrom(
    ...["join room", "new message", "new pm", "leave room"],
    ...["typing", "history", "members", "dance"],
  ),
  fc.string({ maxLength: 10 }),
);

const emits = fc.record({
  kind: fc.constant("emit" as const),
  ack: fc.option(fc.nat(99)),
  args: fc.tuple(event, argument, argument),
});
const joins = fc.record({ kind: fc.constant("join" as const), room, name });
const packets = fc.record({
  kind: fc.constant("packet" as const),
  packet: fc.constantFrom(
    "0",
    "1",
    '0/lobby,{"username":"al"}',
    "1/lobby,",
    "0/hall,",
  ),
});
const answers = fc.record({
  kind: fc.constant("answer" as const),
  at: fc.nat(9),
  frame: fc.oneof(
    fc.nat(9).map((seq) => message(seq)),
    fc
      .nat(9)
      .map((seq) => page([message(seq), message(seq + 1)], seq % 2 === 0)),
    fc.nat(9).map((seq) => ({ type: "ack", id: "x", seq, at: 1 })),
    fc.constantFrom(
      { type: "error", code: "rate_limited", message: "Slow.", retryAfter: 5 },
      { type: "error", code: "forbidden", message: "No." },
      { type: "members", members: [], count: 0, more: false },
      { type: "reset", epoch: "e2", seq: 3 },
      { type: "joined", user: "u", username: "bob", at: 1 },
      { type: "later", seq: 4 },
      { type: "unknown" },
    ),
  ),
});
const others = fc.oneof(
  fc.record({
    kind: fc.constant("welcome" as const),
    at: fc.nat(9),
    resumed: fc.boolean(),
    more: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("close" as const),
    at: fc.nat(9),
    code: fc.constantFrom(1006, 4002, 4501, 4503),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(2000) }),
);

test("random clients and rooms leave a connection whole or closed, within its bounds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(emits, joins, packets, answers, others), {
        minLength: 20,
        maxLength: 80,
        size: "max",
      }),
      (steps) => {
        const bridge = new FakeBridge();
        bridge.say("0");
        let now = 0;
        let asked = 0;
        for (const step of steps) {
          const of = "at" in step ? bridge.rooms[step.at] : undefined;
          if (step.kind === "emit") {
            if (step.ack !== null) asked++;
            bridge.say(`2${step.ack ?? ""}${JSON.stringify(step.args)}`);
          } else if (step.kind === "join")
            bridge.emit("join room", step.room, step.name);
          else if (step.kind === "packet") bridge.say(step.packet);
          else if (step.kind === "wait") {
            now += step.ms;
            bridge.connection.tick(now);
          } else if (of === undefined || of.isClosed) continue;
          else if (step.kind === "answer") of.say(step.frame);
          else if (step.kind === "welcome")
            of.welcome({
              room: of.name,
              resumed: step.resumed,
              more: step.more,
              seq: 5,
            });
          else of.close(step.code);
          const open = bridge.rooms.filter(({ isClosed }) => !isClosed);
          expect(open.length).toBeLessThanOrEqual(5);
          if (bridge.hasEnded) expect(open).toEqual([]);
        }
        const acks = bridge.socket.received.filter((one) =>
          /^43/.test(String(one)),
        );
        expect(acks.length).toBeLessThanOrEqual(asked);
      },
    ),
    { numRuns: 3000 },
  );
});
