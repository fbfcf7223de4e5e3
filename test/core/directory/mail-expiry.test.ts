// Mail expiry tests: private messages end at their age in a box that nobody opens, by one alarm a day, which nobody else pays.
import { expect, test } from "vitest";
import type { ObjectHost } from "../support/object-host.ts";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Alice is in the lobby, and bob, with a registered name, is away. */
function begin(MAILBOX_DAYS = 3) {
  const world = new World({ RATE_PER_SECOND: 0, MAILBOX_DAYS });
  const [alice, bob] = ["alice", "bob"].map((name) => {
    const peer = join(world, "lobby", name);
    peer.send("/register");
    world.settle();
    return peer;
  }) as [Peer, Peer];
  bob.close(1000);
  world.pass(HOUR);
  const box = world.directory("bob");
  return { world, alice, box, alarms: alarmsOf(box) };
}

/** Counts the alarms that go off. */
function alarmsOf(host: ObjectHost): () => number {
  let count = 0;
  const fire = host.fireAlarm.bind(host);
  host.fireAlarm = () => {
    count++;
    fire();
  };
  return () => count;
}

/** Counts how often an alarm is set: each time costs a row. */
function alarmsSet(host: ObjectHost): () => number {
  let [count, alarm] = [0, host.alarm];
  Object.defineProperty(host, "alarm", {
    get: () => alarm,
    set: (next: number | null) => {
      if (next !== null && next !== alarm) count++;
      alarm = next;
    },
  });
  return () => count;
}

const write = (world: World, from: Peer, text: string) => {
  from.send(`@bob ${text}`);
  world.pass(10_000);
};

const textsIn = ({ database }: ObjectHost) =>
  JSON.stringify(database.tables.mail ?? []);

test("a message to somebody who stays away is deleted at its age, and its number is not given again", () => {
  const { world, alice, box, alarms } = begin();
  write(world, alice, "first");
  world.hibernate(box);
  world.pass(2 * DAY);
  expect(textsIn(box)).toContain("first");
  const before = alarms();
  world.pass(DAY);
  expect(textsIn(box)).toBe("[]");
  expect(alarms()).toBe(before + 1);
  world.crash(box);
  write(world, alice, "second");
  const phone = join(world, "den", "bob", { mailSince: 0 });
  expect(phone.all("private")).toMatchObject([{ text: "second", mail: 2 }]);
});

test("messages of many hours are deleted by one alarm a day", () => {
  const { world, alice, box, alarms } = begin();
  for (let hour = 0; hour < 24; hour++) {
    write(world, alice, `text of ${hour}.`);
    world.pass(HOUR);
    world.sleepIfIdle(box);
  }
  // The copies that alice gets have alarms of their own.
  const before = alarms();
  world.pass(2 * DAY);
  expect(alarms()).toBe(before + 1);
  expect(textsIn(box)).not.toContain("text of 0.");
  world.pass(DAY);
  expect(alarms()).toBe(before + 2);
  expect(textsIn(box)).toBe("[]");
  // Nothing is left to wait for but the end of the name.
  world.pass(300 * DAY);
  expect(alarms()).toBe(before + 2);
  world.pass(70 * DAY);
  expect(box.database.tables.claim ?? []).toEqual([]);
});

test("messages to somebody who is away cost a row more at most, for the first one", () => {
  const costs = (days: number) => {
    const { world, alice, box } = begin(days);
    const alarm = box.alarm;
    const set = alarmsSet(box);
    const cost = () => box.database.written + set();
    const rows = Array.from({ length: 10 }, (_, i) => {
      const before = cost();
      write(world, alice, `text ${i}`);
      world.pass(5 * 60_000);
      world.sleepIfIdle(box);
      // A question does not make it set an alarm again.
      box.ask([{ type: "whois" }], () => undefined);
      world.sleepIfIdle(box);
      return cost() - before;
    });
    return { rows, alarm };
  };
  // With so many days the name ends first.
  const [ages, never] = [costs(3), costs(3650)];
  const more = ages.rows.map((rows, i) => rows - (never.rows[i] ?? 0));
  expect(more[0]).toBeLessThanOrEqual(1);
  expect(more.slice(1)).toEqual(Array(9).fill(0));
  // A box without messages waits for the end of the name alone.
  expect(ages.alarm).toBe(never.alarm);
});

test("a user who is in a room has mail of the last days alone, and its end costs no alarm", () => {
  const { world, alice } = begin();
  const laptop = join(world, "den", "bob");
  const box = world.directory("bob");
  write(world, alice, "first");
  world.pass(HOUR);
  const alarms = alarmsOf(box);
  world.pass(3 * DAY);
  expect(alarms()).toBe(0);
  const phone = join(world, "attic", "bob", { mailSince: 0 });
  expect(phone.all("private")).toEqual([]);
  expect(textsIn(box)).toBe("[]");
  write(world, alice, "second");
  for (const peer of [laptop, phone]) peer.close(1000);
  world.pass(2 * DAY);
  expect(textsIn(box)).toContain("second");
  world.pass(2 * DAY);
  expect(textsIn(box)).toBe("[]");
});

test("the end of a message survives crashes of the box", () => {
  const { world, alice, box } = begin();
  write(world, alice, "first");
  world.crash(box);
  world.pass(3 * DAY - 2 * HOUR);
  world.crash(box);
  expect(textsIn(box)).toContain("first");
  world.pass(3 * HOUR);
  expect(textsIn(box)).toBe("[]");
});

test("a clock that is set back past an alarm which has gone off leaves no name and no message without an end", () => {
  const { world, alice, box } = begin();
  const laptop = join(world, "den", "bob");
  write(world, alice, "first");
  expect(box.alarm).toBeGreaterThan(world.now);
  // The alarm finds nothing to do, and is not set again.
  world.pass(HOUR);
  expect(box.alarm).toBeNull();
  world.hibernate(box);
  world.setClockBack(2 * HOUR);
  laptop.close(1000);
  world.pass(10_000);
  expect(box.alarm).toBeGreaterThan(world.now);
  world.pass(370 * DAY);
  expect(textsIn(box)).toBe("[]");
  expect(box.database.tables.claim ?? []).toEqual([]);
});
