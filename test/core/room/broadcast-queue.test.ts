// What waits for a flush, and how each connection sees it: plain, in batches, as text.
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

/** The frames that each connection is sent, in order. */
function framesOf(
  sends: readonly Send[],
): (connection: Connection) => string[] {
  return ({ conn }) =>
    sends.flatMap(({ to, frames }) => (to.includes(conn) ? frames : []));
}

const none: ReadonlySet<Connection> = new Set();

describe("everybody sees an event but its sender, who gets the ack", () => {
  test("one object a frame without the subprotocol", () => {
    const [alice, bob] = [blankConnection(), blankConnection()];
    const box = new BroadcastQueue();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1", "2"]);
    expect(frames(bob)).toEqual(["1", "ack 2"]);
  });

  test("joined into one frame with it", () => {
    const alice = blankConnection({ batch: true });
    const bob = blankConnection({ batch: true });
    const box = new BroadcastQueue();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    box.event(line("3"), alice, "ack 3");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1\n2\nack 3"]);
    expect(frames(bob)).toEqual(["1\nack 2\n3"]);
  });

  test("as text, in which acks say nothing", () => {
    const alice = blankConnection({ text: true });
    const bob = blankConnection({ text: true, batch: true });
    const box = new BroadcastQueue();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["text of 2"]);
    expect(frames(bob)).toEqual(["text of 1"]);
  });
});

test("who has nothing of their own shares one send, encoded once", () => {
  const alice = blankConnection({ batch: true });
  const crowd = Array.from({ length: 50 }, () =>
    blankConnection({ batch: true }),
  );
  const box = new BroadcastQueue();
  box.event(line("1"), alice, "ack 1");
  const sends = box.take([...crowd, alice]);
  expect(sends).toHaveLength(2);
  expect(sends.at(-1)?.to).toEqual(crowd.map(({ conn }) => conn));
});

test("text is only written if somebody reads text, and then once", () => {
  let written = 0;
  const shared: Encoded = {
    json: "1",
    text: () => {
      written++;
      return ["one"];
    },
  };
  const box = new BroadcastQueue();
  box.notice(shared, none);
  box.take([blankConnection(), blankConnection({ batch: true })]);
  expect(written).toBe(0);
  box.notice(shared, none);
  box.take([blankConnection({ text: true }), blankConnection({ text: true })]);
  expect(written).toBe(1);
});

test("a notice is not for those it is about", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const box = new BroadcastQueue();
  box.notice(line("bob joined"), new Set([bob]));
  const frames = framesOf(box.take([alice, bob]));
  expect(frames(alice)).toEqual(["bob joined"]);
  expect(frames(bob)).toEqual([]);
});

test("who came in mid-flush gets every event, but no notice from before", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const box = new BroadcastQueue();
  box.event(line("1"), alice, "ack 1");
  box.notice(line("carol left"), none);
  box.joined(bob);
  box.notice(line("dan joined"), none);
  const frames = framesOf(box.take([alice, bob]));
  expect(frames(bob)).toEqual(["1", "dan joined"]);
  expect(frames(alice)).toEqual(["ack 1", "carol left", "dan joined"]);
});

test("the ack of a repetition comes after that of the first", () => {
  const alice = blankConnection({ batch: true });
  const laptop = blankConnection();
  const box = new BroadcastQueue();
  box.event(line("1"), alice, "ack 1");
  box.direct(alice, "again 1");
  box.direct(laptop, "again 1");
  const frames = framesOf(box.take([alice, laptop]));
  expect(frames(alice)).toEqual(["ack 1\nagain 1"]);
  expect(frames(laptop)).toEqual(["1", "again 1"]);
});

test("at the border of two frames an ack comes once, in the second", () => {
  const alice = blankConnection({ batch: true });
  const [bob, carol] = [blankConnection(), blankConnection()];
  const box = new BroadcastQueue();
  const big = "x".repeat(CHUNK_BYTES_MAX - 1);
  box.event(line(big), bob, "ack 1");
  box.direct(alice, "again");
  box.event(line("2"), carol, "ack 2");
  const frames = framesOf(box.take([alice]));
  expect(frames(alice)).toEqual([big, "again\n2"]);
});

test("after it was taken the box is empty", () => {
  const alice = blankConnection();
  const box = new BroadcastQueue();
  box.event(line("1"), alice, "ack 1");
  box.joined(alice);
  expect([box.isEmpty, box.eventCount, box.eventLines()]).toEqual([
    false,
    1,
    ["1"],
  ]);
  box.take([alice]);
  expect([box.isEmpty, box.eventCount, box.eventLines()]).toEqual([
    true,
    0,
    [],
  ]);
  box.notice(line("carol left"), none);
  expect(framesOf(box.take([alice]))(alice)).toEqual(["carol left"]);
});

test("what was meant for a connection that went is dropped", () => {
  const [alice, bob] = [blankConnection(), blankConnection()];
  const box = new BroadcastQueue();
  box.event(line("1"), alice, "ack 1");
  box.direct(alice, "again 1");
  const sends = box.take([bob]);
  expect(sends).toEqual([{ to: [bob.conn], frames: ["1"] }]);
});

/** What happens before a flush, by numbers of connections. */
const happening = fc.oneof(
  fc.record({ event: fc.nat(5), size: fc.constantFrom(0, 0, 0, 100_000) }),
  fc.record({ notice: fc.uniqueArray(fc.nat(5)) }),
  fc.record({ aside: fc.nat(5) }),
  fc.record({ entered: fc.nat(5) }),
);

test("each connection's view is what a simple-minded room would send", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
      const connections = Array.from({ length: 6 }, (_, i) =>
        blankConnection({ batch: i % 3 === 1, text: i % 3 === 2 }),
      );
      const views = connections.map((): string[] => []);
      const box = new BroadcastQueue();
      const at = (i: number) => connections[i] ?? blankConnection();
      let count = 0;
      for (const one of happenings) {
        const name = String(++count);
        if ("event" in one) {
          const own = `${name}${"x".repeat(one.size)}`;
          box.event(line(own), at(one.event), `ack ${name}`);
          views.forEach((view, i) => {
            view.push(i === one.event ? `ack ${name}` : own);
          });
        } else if ("notice" in one) {
          box.notice(line(`n${name}`), new Set(one.notice.map(at)));
          views.forEach((view, i) => {
            if (!one.notice.includes(i)) view.push(`n${name}`);
          });
        } else if ("aside" in one) {
          box.direct(at(one.aside), `aside ${name}`);
          views[one.aside]?.push(`aside ${name}`);
        } else {
          // It sees who is here as it comes in: what was told is past.
          box.joined(at(one.entered));
          const view = views[one.entered] ?? [];
          const left = view.filter((told) => !told.startsWith("n"));
          view.splice(0, view.length, ...left);
        }
      }
      const frames = framesOf(box.take(connections));
      connections.forEach((connection, i) => {
        const view = views[i] ?? [];
        const sent = frames(connection);
        if (connection.text)
          expect(sent).toEqual(
            view
              .filter((told) => !/^(ack|aside)/.test(told))
              .map((told) => `text of ${told}`),
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
