// Event row tests: the rows and alarms that the delivery of events costs are counted, as Cloudflare bills them.
import { expect, test } from "vitest";
import { MINUTE, started } from "../support/event-world.ts";
import { startedWithWebhooks, URL_ONE } from "../support/webhook-world.ts";

type Scene = Pick<ReturnType<typeof started>, "world" | "lobby" | "say">;

/** Events of some minutes, each with as many a second. @returns rows a minute */
function countRows(
  minutes: number,
  eventsInSecond: number,
  { world, lobby, say }: Scene = started(),
): number[] {
  let rows = 0;
  const { database } = lobby;
  const exec = database.exec.bind(database);
  database.exec = (query, ...values) => {
    if (/^(INSERT|CREATE).* (event_cursor|delivery_failure)/.test(query))
      rows++;
    return exec(query, ...values);
  };
  let alarm: number | null = null;
  const counted = Array.from({ length: minutes }, () => {
    const before = rows;
    for (let second = 0; second < 60; second++) {
      say(eventsInSecond);
      if (lobby.alarm !== null && lobby.alarm !== alarm) rows++;
      alarm = lobby.alarm;
    }
    return rows - before;
  });
  world.pass(2 * MINUTE);
  return counted;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

test("a busy minute of 240 events costs two rows at most: the cursor and the alarm", () => {
  const [first = 0, ...others] = countRows(10, 4);
  // The table and the first row of the endpoint come once.
  expect(first).toBeLessThanOrEqual(4);
  expect(Math.max(...others)).toBeLessThanOrEqual(2);
});

test("a busier room costs a row for each 256 events, and the alarm: below 6,000 rows for a million", () => {
  const minutes = 10;
  const counted = countRows(minutes, 10);
  const perMillion = (sum(counted) / (minutes * 600)) * 1e6;
  expect(perMillion).toBeGreaterThan(1e6 / 356);
  expect(perMillion).toBeLessThan(6000);
});

test("a webhook costs the same, and two webhooks a second cursor", () => {
  const perMillion = (urls: string[] | undefined) => {
    const webhooks = urls && { WEBHOOK_URL: urls };
    const counted = countRows(10, 10, startedWithWebhooks(webhooks));
    return (sum(counted) / 6000) * 1e6;
  };
  expect(perMillion([URL_ONE])).toBeLessThan(6000);
  expect(perMillion(undefined)).toBeLessThan(11_000);
  const quiet = countRows(
    3,
    4,
    startedWithWebhooks({ WEBHOOK_URL: [URL_ONE] }),
  );
  expect(Math.max(...quiet.slice(1))).toBeLessThanOrEqual(2);
});

test("an event a minute costs an alarm, and no row", () => {
  const { world, lobby, say } = started();
  say(1);
  world.pass(5 * MINUTE);
  const { event_cursor: row } = structuredClone(lobby.database.tables);
  const alarms = new Set<number | null>();
  for (let i = 0; i < 10; i++) {
    say(1);
    alarms.add(lobby.alarm);
    world.pass(2 * MINUTE);
  }
  expect(alarms.size).toBe(10);
  expect(lobby.database.tables.event_cursor).toEqual(row);
});
