// Event hook tests: the app gets batches of events, and whatever it does, the room learns whether they have arrived.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeliverEvents } from "../../src/core/shared/event-batches.ts";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import type { Hooks } from "../../src/hooks/hooks.ts";
import { allow, deny } from "../../src/hooks/verdict.ts";

const ENV = { plan: "free" };
const frame = {
  ...{ type: "message", seq: 7, room: "lobby", user: "u".repeat(16) },
  ...{ username: "alice", at: 1_750_000_000_000, text: "hello" },
};
const batch: DeliverEvents = {
  ...{ type: "events", room: "lobby", epoch: "E", from: 7, to: 7 },
  ...{ lines: [JSON.stringify(frame)], at: 1_750_000_000_500 },
};

const logged: string[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  logged.length = 0;
  vi.spyOn(console, "log").mockImplementation((line) => logged.push(line));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Delivers a batch to a hook that does anything at all. */
async function deliver(onEvents: unknown, afterMs = 0, op = batch) {
  const hooks = { onEvents } as Hooks<typeof ENV>;
  const runner = createHookRunner(hooks, ENV, { TEXT_MAX: 10 });
  const replies = runner?.ask([op]);
  await vi.advanceTimersByTimeAsync(afterMs);
  return (await replies)?.[0];
}

test("an app with onEvents alone hears of events, and is asked nothing", () => {
  const hooks: Hooks = { onEvents: () => undefined };
  const runner = createHookRunner(hooks, ENV, { TEXT_MAX: 10 });
  expect(runner?.hooks).toEqual({
    ...{ commands: [], hearsLeaves: false, hearsEvents: true },
  });
  const other = createHookRunner({ onLeave() {} }, ENV, { TEXT_MAX: 10 });
  expect(other?.hooks.hearsEvents).toBe(false);
});

test("the app gets each event with an id, a type and a time", async () => {
  const onEvents = vi.fn();
  expect(await deliver(onEvents)).toEqual({ type: "done" });
  expect(onEvents).toHaveBeenCalledWith(
    {
      ...{ room: "lobby", epoch: "E", from: 7, to: 7 },
      events: [
        {
          ...{ id: "E:7", type: "message.created", data: frame },
          timestamp: "2025-06-15T15:06:40.000Z",
        },
      ],
    },
    { env: ENV },
  );
});

test("the app is told of a gap, with the place before it", async () => {
  const onEvents = vi.fn();
  const gapAfter = { epoch: "D", seq: 3 };
  await deliver(onEvents, 0, { ...batch, from: 1, lines: [], gapAfter });
  expect(onEvents.mock.calls[0]?.[0]).toMatchObject({
    ...{ epoch: "E", from: 1, to: 7 },
    events: [
      {
        ...{ id: "E:gap-7", type: "webhook.gap" },
        data: { room: "lobby", epoch: "E", from: 1, to: 7, after: "D:3" },
      },
    ],
  });
});

test.for<[string, unknown]>([
  ["returns nothing", () => undefined],
  ["allows", () => allow()],
  ["promises nothing", async () => undefined],
  ["promises in time", () => new Promise((done) => setTimeout(done, 14_000))],
])("the events have arrived if the hook %s", async ([, onEvents]) => {
  expect(await deliver(onEvents, 14_001)).toEqual({ type: "done" });
  expect(logged).toEqual([]);
});

test("the app asks for a pause by a denial", async () => {
  const reply = await deliver(() => deny("unavailable", "Busy.", 60_000));
  expect(reply).toMatchObject({ type: "refused", retryAfter: 60_000 });
});

test.for<[string, unknown]>([
  [
    "throws",
    () => {
      throw new Error("hello");
    },
  ],
  ["rejects", () => Promise.reject(new Error("hello"))],
  ["returns junk", () => "hello"],
  ["returns null", () => null],
  ["promises junk", async () => ({ type: "hello" })],
])(
  "the events come again if the hook %s, and no text is logged",
  async ([, onEvents]) => {
    expect(await deliver(onEvents)).toMatchObject({ type: "refused" });
    expect(logged.join("")).toMatch(/"hook failed","hook":"onEvents"/);
    expect(logged.join("")).not.toContain("hello");
  },
);

test("the events come again if the hook hangs for 15 seconds", async () => {
  const reply = await deliver(() => new Promise(() => undefined), 15_000);
  expect(reply).toMatchObject({ type: "refused", code: "unavailable" });
  expect(logged.join("")).toMatch(/"hook timed out","hook":"onEvents"/);
});

test("a hook that fails after its time is logged, and nothing else", async () => {
  const late = () =>
    new Promise((_, fail) => setTimeout(fail, 16_000, new Error("late")));
  expect(await deliver(late, 17_000)).toMatchObject({ code: "unavailable" });
  expect(logged).toHaveLength(2);
});
