// What waits for a flush, and how each connection sees it: plain, in batches, as text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Send } from "../../src/core/host.ts";
import type { Link } from "../../src/core/link.ts";
import { type Encoded, Outbox } from "../../src/core/outbox.ts";
import { PACK_MAX } from "../../src/core/packing.ts";
import { blankLink } from "./blank-link.ts";

function line(json: string): Encoded {
  return { json, text: () => [`text of ${json}`] };
}

/** The frames that each connection is sent, in order. */
function framesOf(sends: readonly Send[]): (link: Link) => string[] {
  return ({ conn }) =>
    sends.flatMap(({ to, frames }) => (to.includes(conn) ? frames : []));
}

const none: ReadonlySet<Link> = new Set();

describe("everybody sees an event but its sender, who gets the ack", () => {
  test("one object a frame without the subprotocol", () => {
    const [alice, bob] = [blankLink(), blankLink()];
    const box = new Outbox();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1", "2"]);
    expect(frames(bob)).toEqual(["1", "ack 2"]);
  });

  test("joined into one frame with it", () => {
    const alice = blankLink({ batch: true });
    const bob = blankLink({ batch: true });
    const box = new Outbox();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    box.event(line("3"), alice, "ack 3");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["ack 1\n2\nack 3"]);
    expect(frames(bob)).toEqual(["1\nack 2\n3"]);
  });

  test("as text, in which acks say nothing", () => {
    const alice = blankLink({ text: true });
    const bob = blankLink({ text: true, batch: true });
    const box = new Outbox();
    box.event(line("1"), alice, "ack 1");
    box.event(line("2"), bob, "ack 2");
    const frames = framesOf(box.take([alice, bob]));
    expect(frames(alice)).toEqual(["text of 2"]);
    expect(frames(bob)).toEqual(["text of 1"]);
  });
});

test("who has nothing of their own shares one send, encoded once", () => {
  const alice = blankLink({ batch: true });
  const crowd = Array.from({ length: 50 }, () => blankLink({ batch: true }));
  const box = new Outbox();
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
  const box = new Outbox();
  box.notice(shared, none);
  box.take([blankLink(), blankLink({ batch: true })]);
  expect(written).toBe(0);
  box.notice(shared, none);
  box.take([blankLink({ text: true }), blankLink({ text: true })]);
  expect(written).toBe(1);
});

test("a notice is not for those it is about", () => {
  const [alice, bob] = [blankLink(), blankLink()];
  const box = new Outbox();
  box.notice(line("bob joined"), new Set([bob]));
  const frames = framesOf(box.take([alice, bob]));
  expect(frames(alice)).toEqual(["bob joined"]);
  expect(frames(bob)).toEqual([]);
});

test("who came in mid-flush gets every event, but no notice from before", () => {
  const [alice, bob] = [blankLink(), blankLink()];
  const box = new Outbox();
  box.event(line("1"), alice, "ack 1");
  box.notice(line("carol left"), none);
  box.entered(bob);
  box.notice(line("dan joined"), none);
  const frames = framesOf(box.take([alice, bob]));
  expect(frames(bob)).toEqual(["1", "dan joined"]);
  expect(frames(alice)).toEqual(["ack 1", "carol left", "dan joined"]);
});

test("the ack of a repetition comes after that of the first", () => {
  const alice = blankLink({ batch: true });
  const laptop = blankLink();
  const box = new Outbox();
  box.event(line("1"), alice, "ack 1");
  box.aside(alice, "again 1");
  box.aside(laptop, "again 1");
  const frames = framesOf(box.take([alice, laptop]));
  expect(frames(alice)).toEqual(["ack 1\nagain 1"]);
  expect(frames(laptop)).toEqual(["1", "again 1"]);
});

test("at the border of two frames an ack comes once, in the second", () => {
  const alice = blankLink({ batch: true });
  const [bob, carol] = [blankLink(), blankLink()];
  const box = new Outbox();
  const big = "x".repeat(PACK_MAX - 1);
  box.event(line(big), bob, "ack 1");
  box.aside(alice, "again");
  box.event(line("2"), carol, "ack 2");
  const frames = framesOf(box.take([alice]));
  expect(frames(alice)).toEqual([big, "again\n2"]);
});

test("after it was taken the box is empty", () => {
  const alice = blankLink();
  const box = new Outbox();
  box.event(line("1"), alice, "ack 1");
  box.entered(alice);
  expect([box.isEmpty, box.events, box.eventLines()]).toEqual([
    false,
    1,
    ["1"],
  ]);
  box.take([alice]);
  expect([box.isEmpty, box.events, box.eventLines()]).toEqual([true, 0, []]);
  box.notice(line("carol left"), none);
  expect(framesOf(box.take([alice]))(alice)).toEqual(["carol left"]);
});

test("what was meant for a connection that went is dropped", () => {
  const [alice, bob] = [blankLink(), blankLink()];
  const box = new Outbox();
  box.event(line("1"), alice, "ack 1");
  box.aside(alice, "again 1");
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
      const links = Array.from({ length: 6 }, (_, i) =>
        blankLink({ batch: i % 3 === 1, text: i % 3 === 2 }),
      );
      const views = links.map((): string[] => []);
      const box = new Outbox();
      const at = (i: number) => links[i] ?? blankLink();
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
          box.aside(at(one.aside), `aside ${name}`);
          views[one.aside]?.push(`aside ${name}`);
        } else {
          // It sees who is here as it comes in: what was told is past.
          box.entered(at(one.entered));
          const view = views[one.entered] ?? [];
          const left = view.filter((told) => !told.startsWith("n"));
          view.splice(0, view.length, ...left);
        }
      }
      const frames = framesOf(box.take(links));
      links.forEach((link, i) => {
        const view = views[i] ?? [];
        const sent = frames(link);
        if (link.text)
          expect(sent).toEqual(
            view
              .filter((told) => !/^(ack|aside)/.test(told))
              .map((told) => `text of ${told}`),
          );
        else if (link.batch) {
          expect(sent.flatMap((frame) => frame.split("\n"))).toEqual(view);
          for (const frame of sent)
            expect(frame.length).toBeLessThanOrEqual(PACK_MAX);
        } else expect(sent).toEqual(view);
      });
    }),
    { numRuns: 300 },
  );
});
