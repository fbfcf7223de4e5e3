// Command hooks: an app's command replies and says texts that can be sent, until it ends.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkHooks } from "../../src/hooks/check-hooks.ts";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import type { CommandHook, Hooks } from "../../src/hooks/hooks.ts";
import { allow, deny } from "../../src/hooks/verdict.ts";

const user = { id: "u".repeat(16), username: "alice", kind: "guest" } as const;
const INTERNAL = { type: "refused", code: "internal" };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function run(roll: CommandHook<object, object>, more: Hooks<object> = {}) {
  const hooks = { ...more, onCommand: { roll } } as Hooks<object>;
  const runner = createHookRunner(hooks, {}, { TEXT_MAX: 10 });
  const question = { room: "lobby", user, name: "roll", args: "2d6" };
  const answer = runner?.hooks.command?.(question);
  if (answer === undefined) throw new Error("It was not asked.");
  return { runner, answer };
}

test("the names are sorted, and known before anybody asks", () => {
  const onCommand = { roll: () => undefined, ask: () => undefined };
  const runner = createHookRunner({ onCommand }, {}, { TEXT_MAX: 10 });
  expect(runner?.hooks.commands).toEqual(["ask", "roll"]);
});

test("a command sends what it replies and says", () => {
  const { answer } = run(({ args, reply, say }) => {
    reply(args);
    say("one");
    say("two");
  });
  expect(answer).toEqual({
    ...{ type: "allowed", replies: ["2d6"], says: ["one", "two"] },
  });
});

test("a denial takes everything back", () => {
  const { answer } = run(({ say }) => {
    say("one");
    return deny("forbidden");
  });
  expect(answer).toEqual({ type: "refused", code: "forbidden" });
  expect(run(() => allow()).answer).toMatchObject({ type: "allowed" });
});

describe("a mistake says nothing", () => {
  test.for<[string, CommandHook<object, object>]>([
    ["an error", () => Promise.reject(new Error("ha"))],
    ["a long text", ({ say }) => say("x".repeat(11))],
    ["an empty text", ({ reply }) => reply(" ")],
    ["no text", ({ reply }) => reply(5 as unknown as string)],
    [
      "too many texts",
      ({ say }) => {
        for (let i = 0; i < 11; i++) say("x");
      },
    ],
    ["another value", () => 5 as unknown as undefined],
  ])("%s", async ([, roll]) => {
    const { runner, answer } = run(roll);
    if (answer.type !== "pending") {
      expect(answer).toEqual(INTERNAL);
      return;
    }
    const { ticket } = answer;
    expect(await runner?.ask([{ type: "verdict", ticket }])).toEqual([
      INTERNAL,
    ]);
  });
});

test("a command that takes too long has not happened", async () => {
  let late: (() => void) | undefined;
  const more: Hooks<object> = { onTimeout: "allow" };
  const { runner, answer } = run(({ say }) => {
    late = () => say("late");
    return new Promise(() => undefined);
  }, more);
  if (answer.type !== "pending") throw new Error("It is known at once.");
  const { ticket } = answer;
  const replies = runner?.ask([{ type: "verdict", ticket }]);
  await vi.advanceTimersByTimeAsync(1500);
  expect(await replies).toMatchObject([{ code: "unavailable" }]);
  expect(late).not.toThrow();
});

test("a name that clients have, or that nobody can type, stops the start", () => {
  const roll = () => undefined;
  checkHooks({ onCommand: { roll, würfeln: roll, "2d6": roll } });
  for (const name of ["who", "say", "a b", "", "/roll", "x".repeat(33)])
    expect(() => checkHooks({ onCommand: { [name]: roll } })).toThrow(
      /onCommand\./,
    );
  const many = Object.fromEntries(
    Array.from({ length: 101 }, (_, i) => [`c${i}`, roll]),
  );
  expect(() => checkHooks({ onCommand: many })).toThrow(/at most 100/);
});
