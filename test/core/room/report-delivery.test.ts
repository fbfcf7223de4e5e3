// Report delivery tests: webhooks get each report at least once and in order, over failures and crashes, and rooms without any pay nothing.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { findReportingRooms } from "../../../src/core/room/report-queue.ts";
import {
  endpointNames,
  reportEndpointNames,
} from "../../../src/core/shared/events/endpoints.ts";
import { readEventBatch } from "../../../src/hosting/event-batch.ts";
import { batchBody } from "../../../src/hosting/webhooks/batch-body.ts";
import { DONE, FAILED, MINUTE, rangeOf } from "../support/event-world.ts";
import { join, userOf } from "../support/people.ts";
import { startedWithWebhooks } from "../support/webhook-world.ts";

const hashOf = (text: string) =>
  createHash("sha256").update(text).digest("base64url");
const ALL = { WEBHOOK_EVENTS: ["*"] };

function started(settings = ALL) {
  const scene = startedWithWebhooks(settings);
  const { world, one, two, say } = scene;
  const bob = join(world, "lobby", "bob");
  say(12);
  const report = (of: number) => {
    bob.send({ type: "report", of, reason: `reason ${of}` });
    world.pass(1000);
  };
  const reportsOf = (hook: typeof one) =>
    hook.batches.filter(({ reportsAt }) => reportsAt !== undefined);
  for (const hook of [one, two]) hook.batches.length = 0;
  return { ...scene, bob, report, reportsOf };
}

describe("a webhook", () => {
  test("gets a report with the fields that moderators get, in a batch of its own", () => {
    const { world, one, report, reportsOf } = started();
    report(3);
    const [batch] = reportsOf(one);
    if (batch === undefined) throw new Error("There is no batch.");
    const at = world.now - 1000;
    const { epoch } = batch.reportsAt ?? { epoch: "" };
    const data = {
      ...{ type: "reported", report: 1, room: "lobby", of: 3, epoch, at },
      ...{ user: userOf("bob"), username: "bob", reason: "reason 3" },
      target: { user: userOf("alice"), username: "alice" },
    };
    const read = readEventBatch(batch);
    expect(read).toMatchObject({ room: "lobby", epoch, from: 13, to: 12 });
    expect(read.events).toEqual([
      {
        ...{ id: `${batch.epoch}:r1`, type: "report.created", data },
        timestamp: new Date(at).toISOString(),
      },
    ]);
    const body = JSON.parse(batchBody(batch, ["report.*"]) ?? "");
    expect(body.data.events[0].data).toEqual(data);
    expect(batchBody(batch, ["message.*"])).toBeNull();
  });

  test("that fails gets the same reports again, in order, and nothing twice afterwards", () => {
    const { world, one, two, say, report, reportsOf } = started();
    one.rest = FAILED;
    report(3);
    report(4);
    say(1);
    one.rest = DONE;
    world.pass(60 * MINUTE);
    report(5);
    const ranges = reportsOf(one).map(rangeOf);
    expect(ranges[0]).toEqual([1, 1]);
    expect(ranges.slice(-2)).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(reportsOf(two).map(rangeOf)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test.for(["crash", "kill"] as const)("gets a report after a %s", (fault) => {
    const { world, lobby, one, report, reportsOf } = started();
    one.rest = FAILED;
    report(3);
    world[fault](lobby);
    one.rest = DONE;
    one.batches.length = 0;
    world.pass(2 * MINUTE);
    expect(reportsOf(one).map(rangeOf)).toEqual([[1, 1]]);
  });

  test("gets no report of before it began, and none that the queue has dropped", () => {
    const { world, lobby, one, report, reportsOf } = started({
      WEBHOOK_EVENTS: ["message.*"],
    });
    report(3);
    expect(reportsOf(one)).toEqual([]);
    expect(
      lobby.database.tables.event_cursor?.filter((row) =>
        (row as { endpoint: string }).endpoint.endsWith(":r"),
      ) ?? [],
    ).toEqual([]);
    Object.assign(world.settings, ALL);
    world.crash(lobby);
    const carol = join(world, "lobby", "carol");
    carol.send({ type: "report", of: 4 });
    world.pass(1000);
    expect(reportsOf(one).map(rangeOf)).toEqual([[2, 2]]);
  });
});

test("a host that starts finds the rooms with reports that a webhook may not have", () => {
  const { world, lobby, one, two, report } = started();
  const names = reportEndpointNames(
    endpointNames({ hash: hashOf }, world.settings, false),
  );
  const found = () => findReportingRooms(lobby.database, names);
  expect(found()).toEqual([]);
  one.rest = FAILED;
  report(3);
  world.pass(MINUTE);
  expect(found()).toEqual(["lobby"]);
  expect(two.batches).not.toEqual([]);
  one.rest = DONE;
  world.pass(60 * MINUTE);
  expect(found()).toEqual([]);
});

test("a room without reports has no further row, and no alarm for it", () => {
  const { world, lobby, say } = started();
  say(3);
  world.pass(5 * MINUTE);
  const { tables } = lobby.database;
  expect(tables).not.toHaveProperty("report");
  expect(JSON.stringify(tables.event_cursor ?? [])).not.toContain(":r");
});
