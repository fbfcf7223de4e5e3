// Broadcast queue tests: each connection gets its own view of a flush, as plain frames, in batches or as text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BroadcastQueue,
  type Encoded,
} from "../../../src/core/room/broadcast-queue.ts";
import type { Connection } from "../../../src/core/room/connection.ts";
import { CHUNK_BYTES_MAX } from "../../../src/core/shared/chunks.ts";
import type { Send } from "../../../src/core/shared/contract.ts";
import { blankConnection } from "../support/blank-connection.ts";

function line(json: string): Encoded {
  return { json, text: () => [`text of ${json}`] };
}

/** @returns a function that gives the frames for a connection, in order */
function framesOf(
  sends: readonly Send[],
): (connection: Connection) => string[] {
  return ({ conn }) =>
    sends.flatMap(({ to, frames }) => (to.includes(conn) ? frames : []));
}

const none: ReadonlySet<Connection> = new Set();

describe("all users get an event except its sender, who gets the ack", () => {
  test("a user without the subprotocol gets one object in each frame", () => {
    const [alice, bob] = [blankConnection(), blankConnection()];
    const queue = new BroadcastQueue();
    queue.event(line("1"), alice, "ack 1");
    queue.event(line("2"), bob, "ack 2");
    const frames = framesOf(queue.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1", "2"]);
    expect(frames(bob)).toEqual(["1", "ack 2"]);
  });

  test("a user with the subprotocol gets all objects in one frame", () => {
    const alice = blankConnection({ batch: true });
    const bob = blankConnection({ batch: true });
    const queue = new BroadcastQueue();
    queue.event(line("1"), alice, "ack 1");
    queue.event(line("2"), bob, "ack 2");
    queue.event(line("3"), alice, "ack 3");
    const frames = framesOf(queue.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1\n2\nack 3"]);
    expect(frames(bob)).toEqual(["1\nack 2\n3"]);
  });

  test("a user who reads text gets the messages of others and no acks", () => {
    const alice = blankConnection({ text: true });
    const bob = blankConnection({ text: true, batch: true });
    const queue = new BroadcastQueue();
    queue.event(line("1"), alice, "ack 1");
    queue.event(line("2"), bob, "ack 2");
    const frames = framesOf(queue.take([alice, bob]));
    expect(frames(alice)).toEqual(["text of 2"]);
    expect(frames(bob)).toEqual(["text of 1"]);
  });
});

test("users who sent nothing share one send, encoded once", () => {
  const alice = blankConnection({ batch: true });
  const crowd = Array.from({ length: 50 }, () =>
    blankConnection({ batch: true }),
  );
  const queue = new BroadcastQueue();
  queue.event(line("1"), alice, "ack 1");
  const sends = queue.take([...crowd, alice]);
  expect(sends).toHaveLength(2);
  expect(sends.at(-1)?.to).toEqual(crowd.map(({ conn }) => conn));
});

test("text is encoded only if a user reads text, and only once", () => {
  let written = 0;
  const shared: Encoded = {
    json: "1",
    text: () => {
      written++;
      return ["one"];
    },
  };
  const queue = new BroadcastQueue();
  queue.notice(shared, none);
  queue.take([blankConnection(), blankConnection({ batch: true })]);
  expect(written).toBe(0);
  queue.notice(shared, none);
  queue.take([
    blankConnection({ text: true }),
    blankConnection({ text: true }),
  ]);
  expect(written).toBe(1);
});

test("a user gets no notice about themselves", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const queue = new BroadcastQueue();
  queue.notice(line("bob joined"), new Set([bob]));
  const frames = framesOf(queue.take([alice, bob]));
  expect(frames(alice)).toEqual(["bob joined"]);
  expect(frames(bob)).toEqual([]);
});

test("a user who joins before a flush gets all its events, but no earlier notices", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const queue = new BroadcastQueue();
  queue.event(line("1"), alice, "ack 1");
  queue.notice(line("carol left"), none);
  queue.joined(bob);
  queue.notice(line("dan joined"), none);
  const frames = framesOf(queue.take([alice, bob]));
  expect(frames(bob)).toEqual(["1", "dan joined"]);
  expect(frames(alice)).toEqual(["ack 1", "carol left", "dan joined"]);
});

test("a user gets the ack of a repeated message after the first ack", () => {
  const alice = blankConnection({ batch: true });
  const laptop = blankConnection();
  const queue = new BroadcastQueue();
  queue.event(line("1"), alice, "ack 1");
  queue.direct(alice, "again 1");
  queue.direct(laptop, "again 1");
  const frames = framesOf(queue.take([alice, laptop]));
  expect(frames(alice)).toEqual(["ack 1\nagain 1"]);
  expect(frames(laptop)).toEqual(["1", "again 1"]);
});

test("a user gets an ack at the border of two frames once, in the second", () => {
  const alice = blankConnection({ batch: true });
  const [bob, carol] = [blankConnection(), blankConnection()];
  const queue = new BroadcastQueue();
  const big = "x".repeat(CHUNK_BYTES_MAX - 1);
  queue.event(line(big), bob, "ack 1");
  queue.direct(alice, "again");
  queue.event(line("2"), carol, "ack 2");
  const frames = framesOf(queue.take([alice]));
  expect(frames(alice)).toEqual([big, "again\n2"]);
});

test("a user gets each event of the queue once", () => {
  const alice = blankConnection();
  const queue = new BroadcastQueue();
  queue.event(line("1"), alice, "ack 1");
  queue.joined(alice);
  expect([queue.isEmpty, queue.eventCount, queue.eventLines()]).toEqual([
    false,
    1,
    ["1"],
  ]);
  queue.take([alice]);
  expect([queue.isEmpty, queue.eventCount, queue.eventLines()]).toEqual([
    true,
    0,
    [],
  ]);
  queue.notice(line("carol left"), none);
  expect(framesOf(queue.take([alice]))(alice)).toEqual(["carol left"]);
});

test("an ack for a user who has disconnected is dropped", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const queue = new BroadcastQueue();
  queue.event(line("1"), alice, "ack 1");
  queue.direct(alice, "again 1");
  const sends = queue.take([bob]);
  expect(sends).toEqual([{ to: [bob.conn], frames: ["1"] }]);
});

/** Actions before a flush, by numbers of connections. */
const action = fc.oneof(
  fc.record({ event: fc.nat(5), size: fc.constantFrom(0, 0, 0, 100_000) }),
  fc.record({ notice: fc.uniqueArray(fc.nat(5)) }),
  fc.record({ direct: fc.nat(5) }),
  fc.record({ joined: fc.nat(5) }),
);

test("each user gets the frames that a room without a queue would send", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const connections = Array.from({ length: 6 }, (_, i) =>
        blankConnection({ batch: i % 3 === 1, text: i % 3 === 2 }),
      );
      const views = connections.map((): string[] => []);
      const queue = new BroadcastQueue();
      const at = (i: number) => connections[i] ?? blankConnection();
      let count = 0;
      for (const one of actions) {
        const name = String(++count);
        if ("event" in one) {
          const own = `${name}${"x".repeat(one.size)}`;
          queue.event(line(own), at(one.event), `ack ${name}`);
          views.forEach((view, i) => {
            view.push(i === one.event ? `ack ${name}` : own);
          });
        } else if ("notice" in one) {
          queue.notice(line(`n${name}`), new Set(one.notice.map(at)));
          views.forEach((view, i) => {
            if (!one.notice.includes(i)) view.push(`n${name}`);
          });
        } else if ("direct" in one) {
          queue.direct(at(one.direct), `direct ${name}`);
          views[one.direct]?.push(`direct ${name}`);
        } else {
          // Its welcome lists the members: earlier notices are not sent to it.
          queue.joined(at(one.joined));
          const view = views[one.joined] ?? [];
          const rest = view.filter((line) => !line.startsWith("n"));
          view.splice(0, view.length, ...rest);
        }
      }
      const frames = framesOf(queue.take(connections));
      connections.forEach((connection, i) => {
        const view = views[i] ?? [];
        const sent = frames(connection);
        if (connection.text)
          expect(sent).toEqual(
            view
              .filter((line) => !/^(ack|direct)/.test(line))
              .map((line) => `text of ${line}`),
          );
        else if (connection.batch) {
          expect(sent.flatMap((frame) => frame.split("\n"))).toEqual(view);
          for (const frame of sent)
            expect(frame.length).toBeLessThanOrEqual(CHUNK_BYTES_MAX);
        } else expect(sent).toEqual(view);
      });
    }),
    { numRuns: 300 },
  );
});
