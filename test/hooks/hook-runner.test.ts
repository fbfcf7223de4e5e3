// Hook runner: the app's hooks may answer, promise, throw, hang or return anything, and each has its verdict.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AppAnswer } from "../../src/core/shared/app-verdicts.ts";
import { checkHooks } from "../../src/hooks/check-hooks.ts";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import type { Hooks } from "../../src/hooks/hooks.ts";
import { allow, deny } from "../../src/hooks/verdict.ts";

const ENV = { plan: "free" };
const user = { id: "u".repeat(16), username: "alice", kind: "guest" } as const;
const question = { room: "lobby", user, text: "hello" };

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

function runnerOf(hooks: Hooks<typeof ENV>) {
  const runner = createHookRunner(hooks, ENV, { TEXT_MAX: 10 });
  if (runner === null) throw new Error("It has no hooks.");
  return runner;
}

function ask(onMessage: Hooks<typeof ENV>["onMessage"], more: Hooks = {}) {
  const runner = runnerOf({ ...more, onMessage } as Hooks<typeof ENV>);
  const answer = runner.hooks.message?.(question);
  if (answer === undefined) throw new Error("It was not asked.");
  return { runner, answer };
}

/** A hook that returns anything at all. */
function askAny(returns: unknown) {
  return ask((() => returns) as Hooks["onMessage"]).answer;
}

async function later(
  { runner, answer }: ReturnType<typeof ask>,
  afterMs = 0,
): Promise<unknown> {
  if (answer.type !== "pending") throw new Error("It is known at once.");
  const { ticket } = answer;
  const replies = runner.ask([{ type: "verdict", ticket }]);
  await vi.advanceTimersByTimeAsync(afterMs);
  return (await replies)[0];
}

const INTERNAL: AppAnswer = { type: "refused", code: "internal" };

test("an app without hooks for rooms costs nothing", () => {
  expect(createHookRunner({}, ENV, { TEXT_MAX: 10 })).toBeNull();
  const onlyConnect: Hooks = { onConnect: () => null };
  expect(createHookRunner(onlyConnect, ENV, { TEXT_MAX: 10 })).toBeNull();
});

describe("a value", () => {
  test("is the verdict, with what the app changes", () => {
    expect(askAny(allow())).toEqual({ type: "allowed" });
    expect(askAny(allow({ text: "***" }))).toEqual({
      ...{ type: "allowed", text: "***" },
    });
    expect(askAny(allow({ data: undefined }))).toStrictEqual({
      ...{ type: "allowed", data: undefined },
    });
    expect(askAny(deny("muted", "Later.", 500.5))).toEqual({
      ...{ type: "refused", code: "muted", message: "Later.", retryAfter: 501 },
    });
  });

  test("the message of a denial stays one short line", () => {
    const verdict = askAny(
      deny("forbidden", `no\n* bob joined${"!".repeat(999)}`),
    );
    const { message = "" } = verdict as { message?: string };
    expect(message).toMatch(/^no \* bob joined!+$/);
    expect(message).toHaveLength(500);
  });

  test.for([
    ["nothing", undefined],
    ["null", null],
    ["a boolean", true],
    ["another object", { type: "maybe" }],
    ["a code that does not exist", deny("nope" as "forbidden")],
    ["a wrong time", deny("forbidden", "no", Number.NaN)],
    ["a negative time", deny("forbidden", "no", -1)],
    ["a text that is too long", allow({ text: "x".repeat(11) })],
    ["a text that nobody sees", allow({ text: "\u200b" })],
    ["a text that is none", allow({ text: 5 })],
    ["data that is too large", allow({ data: "x".repeat(4095) })],
    ["rewrites that are none", { type: "allow", rewrites: 5 }],
    ["a function", () => allow()],
  ] as const)("%s is no verdict", ([, value]) => {
    expect(askAny(value)).toEqual(INTERNAL);
    expect(JSON.parse(logged[0] ?? "")).toMatchObject({
      ...{ room: "lobby", event: "hook failed", hook: "onMessage" },
    });
  });

  test("that throws when it is read is no verdict", () => {
    const hostile = {
      get type() {
        throw new Error("ha");
      },
    };
    expect(askAny(hostile)).toEqual(INTERNAL);
  });
});

test("the app sees the user, the text, the room and the environment", () => {
  const seen: unknown[] = [];
  const see = (asked: unknown) => {
    seen.push(asked);
    return allow();
  };
  const runner = runnerOf({
    onJoin: see,
    onMessage: see,
    onPrivate: see,
  });
  const data = { n: [1] };
  runner.hooks.join?.({ room: "lobby", user });
  runner.hooks.message?.({ ...question, data, id: "a" });
  const to = { to: "bob", toUser: "b".repeat(16) };
  runner.hooks.privateMessage?.({ ...question, ...to });
  const rest = { room: "lobby", env: ENV };
  expect(seen).toEqual([
    { user, ...rest },
    {
      user,
      ...rest,
      message: { kind: "message", text: "hello", data, id: "a" },
    },
    {
      from: user,
      to: { username: "bob", id: "b".repeat(16) },
      message: { text: "hello" },
      ...rest,
    },
  ]);
});

test("the app gives data to a user who joins, or takes it", () => {
  const joined = (verdict: ReturnType<NonNullable<Hooks["onJoin"]>>) =>
    runnerOf({ onJoin: () => verdict }).hooks.join?.({ room: "lobby", user });
  expect(joined(allow({ data: 1 }))).toEqual({ type: "allowed", data: 1 });
  expect(joined(allow({ data: undefined }))).toStrictEqual({
    ...{ type: "allowed", data: undefined },
  });
  expect(joined(allow())).toStrictEqual({ type: "allowed" });
});

test("the app cannot change data that was checked", () => {
  const data = { n: 1 };
  const runner = runnerOf({
    onMessage: ({ message }) => {
      Object.assign(message.data as object, { n: 2 });
      return allow();
    },
  });
  runner.hooks.message?.({ ...question, data });
  expect(data).toEqual({ n: 1 });
});

test("a hook that throws is logged without the texts of users", () => {
  const { answer } = ask(({ message }) => {
    throw new TypeError(`cannot read ${message.text}`);
  });
  expect(answer).toEqual(INTERNAL);
  expect(logged[0]).toContain("TypeError");
  expect(logged[0]).not.toContain("hello");
});

describe("a hook that throws anything at all harms nobody", () => {
  const trap = () => {
    throw new Error("ha");
  };
  const hostile = new Error("hello");
  Object.defineProperty(hostile, "stack", { get: trap });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const values: [string, unknown][] = [
    ["a text", "hello"],
    ["nothing", undefined],
    ["an error whose stack throws", hostile],
    [
      "an error with a number as stack",
      Object.assign(new Error(), { stack: 5 }),
    ],
    ["a proxy", new Proxy({}, { getPrototypeOf: trap })],
    ["a revoked proxy", revoked.proxy],
  ];

  test.for(values)("at once: %s", ([, value]) => {
    const { answer } = ask(() => {
      throw value;
    });
    expect(answer).toEqual(INTERNAL);
    expect(logged[0]).toContain("hook failed");
    expect(logged[0]).not.toContain("hello");
  });

  test.for(values)("later: %s", async ([, value]) => {
    const asked = ask(() => Promise.reject(value));
    expect(await later(asked)).toEqual(INTERNAL);
    expect(logged[0]).toContain("hook failed");
  });
});

describe("a promise", () => {
  test("is fulfilled with the verdict", async () => {
    const asked = ask(async () => allow({ text: "later" }));
    expect(await later(asked)).toEqual({ type: "allowed", text: "later" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.for<[string, () => unknown]>([
    ["is rejected", () => Promise.reject(new Error("hello"))],
    ["brings no verdict", () => Promise.resolve(5)],
  ])("that %s is a bug", async ([, returns]) => {
    const asked = ask(returns as Hooks["onMessage"]);
    expect(await later(asked)).toEqual(INTERNAL);
    expect(logged.join("")).not.toContain("hello");
  });

  test("that never ends is a denial in time", async () => {
    const asked = ask(() => new Promise(() => undefined));
    const early = later(asked, 1499);
    expect(await Promise.race([early, Promise.resolve("none")])).toBe("none");
    await vi.advanceTimersByTimeAsync(1);
    expect(await early).toMatchObject({
      ...{ type: "refused", code: "unavailable", retryAfter: 1000 },
    });
    expect(JSON.parse(logged[0] ?? "")).toEqual({
      ...{ room: "lobby", event: "hook timed out", hook: "onMessage" },
    });
  });

  test("may have its own time, and be allowed at its end", async () => {
    const more: Hooks = { timeouts: { onMessage: 10 }, onTimeout: "allow" };
    const asked = ask(() => new Promise(() => undefined), more);
    expect(await later(asked, 10)).toEqual({ type: "allowed" });
  });

  test("that fails after its time is logged, and harms nobody", async () => {
    const asked = ask(
      () => new Promise((_, fail) => setTimeout(fail, 2000, new Error("late"))),
    );
    expect(await later(asked, 2000)).toMatchObject({ code: "unavailable" });
    expect(logged.join("")).toMatch(/timed out.*hook failed/);
  });

  test("that no room asks for is dropped", async () => {
    const asked = ask(async () => allow());
    await vi.advanceTimersByTimeAsync(60_001);
    asked.runner.hooks.message?.(question);
    expect(await later(asked)).toMatchObject({ code: "unavailable" });
  });
});

describe("a leave", () => {
  const left = { type: "user-left", room: "lobby", user } as const;

  test("is told", async () => {
    const onLeave = vi.fn();
    expect(await runnerOf({ onLeave }).ask([left])).toEqual([{ type: "done" }]);
    expect(onLeave).toHaveBeenCalledWith({ user, room: "lobby", env: ENV });
  });

  test.for<() => Promise<void>>([
    () => {
      throw new Error("ha");
    },
    () => Promise.reject(new Error("ha")),
  ])("may fail", async (onLeave) => {
    await runnerOf({ onLeave }).ask([left]);
    await vi.advanceTimersByTimeAsync(0);
    expect(logged).toHaveLength(1);
  });
});

test("a hook that is no function stops the start", () => {
  expect(() => checkHooks({ onMessage: true })).toThrow(
    /onMessage: a function/,
  );
  for (const roll of ["2d6", null, undefined])
    expect(() => checkHooks({ onCommand: { roll } })).toThrow(
      /onCommand\.roll: a function/,
    );
  checkHooks({ onMessage: undefined, onCommand: { roll: () => undefined } });
});

test.each([
  ["onMesage", "onMessage"],
  ["onmessage", "onMessage"],
  ["OnJoin", "onJoin"],
  ["onJion", "onJoin"],
  ["onEvent", "onEvents"],
  ["onCommands", "onCommand"],
  ["timeout", "timeouts"],
  ["onTimeOut", "onTimeout"],
])("the hook %s stops the start, which names %s", (wrong, meant) => {
  const hooks = { [wrong]: () => undefined };
  expect(() => checkHooks(hooks)).toThrow(
    `Wrong settings. ${wrong}: there is no such hook or option; ${meant} was probably meant.`,
  );
});

test("an unknown hook stops the start, which names the hooks that there are", () => {
  expect(() => checkHooks({ onTelegram: () => undefined } as object)).toThrow(
    /onTelegram: there is no such hook or option; the names are onConnect, onJoin,/,
  );
});

test("the other options of a chat are no misspelled hooks", () => {
  const others = ["settings", "env", "basePath", "schemas", "data", "openMax"];
  for (const name of [...others, "synchronous", "message", "once"])
    checkHooks({ [name]: {} });
});

test("a timeout of an unknown hook stops the start", () => {
  const timeouts = { onMesage: 3000 } as object;
  expect(() => checkHooks({ timeouts })).toThrow(
    /timeouts\.onMesage: there is no such hook or option; onMessage was probably meant/,
  );
});

test("a wrong timeout or outcome stops the start", () => {
  checkHooks({ timeouts: { onJoin: 1, onMessage: 5000 }, onTimeout: "allow" });
  for (const ms of [0, 5001, Number.NaN, "1000"])
    expect(() => checkHooks({ timeouts: { onJoin: ms as number } })).toThrow(
      /timeouts\.onJoin=.*from 1 to 5000/,
    );
  expect(() => checkHooks({ onTimeout: "no" as "deny" })).toThrow(/onTimeout/);
});
