// Connect check: the app names the user of a request, denies it, or says nothing, and its mistakes harm nobody.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createConnectCheck } from "../../src/hooks/connect-check.ts";
import type { Hooks } from "../../src/hooks/hooks.ts";
import { allow, deny } from "../../src/hooks/verdict.ts";

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

const ENV = { plan: "free" };
const USER = { id: "7", username: "ann" };

function check(
  onConnect: unknown,
  more: Hooks = {},
  JWT_ISSUER = "",
  request = new Request("https://chat.example/rooms/lobby"),
) {
  const hooks = { ...more, onConnect } as Hooks<typeof ENV>;
  const ask = createConnectCheck(hooks, ENV, { JWT_ISSUER });
  if (ask === null) throw new Error("There is no hook.");
  return ask(request, "lobby");
}

test("an app without onConnect is not asked", () => {
  expect(createConnectCheck({}, ENV, { JWT_ISSUER: "" })).toBeNull();
});

test("the app sees the request with its cookies, without its body", async () => {
  let seen: { request: Request; room: string; env: unknown } | undefined;
  const request = new Request("https://chat.example/admin", {
    ...{ method: "POST", body: "secret", headers: { Cookie: "user=7" } },
  });
  const see = (question: typeof seen) => {
    seen = question;
    return null;
  };
  expect(await check(see, {}, "", request)).toBeNull();
  expect(seen).toMatchObject({ room: "lobby", env: ENV });
  expect(seen?.request.headers.get("cookie")).toBe("user=7");
  expect(await seen?.request.text()).toBe("");
});

test.for<[string, Hooks, string]>([
  ["app", {}, ""],
  ["https://app.example", {}, "https://app.example"],
  ["mine", { issuer: "mine" }, "https://app.example"],
])("a user is of the issuer %s", async ([issuer, more, JWT_ISSUER]) => {
  expect(await check(() => USER, more, JWT_ISSUER)).toEqual({
    ...{ type: "verified", issuer, subject: "7", username: "ann" },
    ...{ rooms: null, expires: null },
  });
});

test("a user may have data, rooms and an end, and the app may wait for them", async () => {
  const more = { rooms: ["team-*"], expires: 5, data: { plan: "pro" } };
  expect(await check(async () => ({ ...USER, ...more }))).toMatchObject(more);
});

test("data that is too long is left out, and its user comes in", async () => {
  const user = { ...USER, data: "x".repeat(255) };
  expect(await check(() => user)).not.toHaveProperty("data");
  expect(logged[0]).toContain("user data refused");
});

test("the app denies a request", async () => {
  expect(await check(() => deny("banned", "Go away."))).toEqual({
    ...{ type: "refused", code: "banned", message: "Go away." },
  });
});

describe("a mistake of the app is its own fault", () => {
  test.for<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["a name without an id", () => ({ username: "ann" })],
    ["a number as id", () => ({ id: 7, username: "ann" })],
    ["a name that is too long", () => ({ id: "7", username: "a".repeat(257) })],
    ["an end that is none", () => ({ ...USER, expires: Number.NaN })],
    ["a verdict for others", () => allow()],
    [
      "a proxy as its error",
      () => {
        throw new Proxy(
          {},
          {
            getPrototypeOf() {
              throw new Error("cookie");
            },
          },
        );
      },
    ],
    ["a rejection", () => Promise.reject(new Error("cookie"))],
    [
      "an error",
      () => {
        throw new Error("cookie");
      },
    ],
  ])("when it brings %s", async ([, onConnect]) => {
    expect(await check(onConnect)).toEqual({
      ...{ type: "refused", code: "internal" },
    });
    expect(logged[0]).toMatch(/"event":"hook failed","hook":"onConnect"/);
    expect(logged[0]).not.toContain("cookie");
  });

  test("when it takes too long, whatever onTimeout says", async () => {
    const more: Hooks = { onTimeout: "allow", timeouts: { onConnect: 10 } };
    const checked = check(() => new Promise(() => undefined), more);
    await vi.advanceTimersByTimeAsync(10);
    expect(await checked).toMatchObject({ code: "unavailable" });
  });
});
