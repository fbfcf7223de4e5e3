// Server keys: keys that the admin has made are read once a minute, and those of the setting always count.
import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StoredKey } from "../../src/core/shared/key-requests.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import { ServerKeys } from "../../src/http/server-keys.ts";
import { DEFAULT_SETTINGS as settings } from "../../src/protocol/settings.ts";

const hashOf = (secret: string) =>
  createHash("sha256").update(secret).digest("hex");
const stored = (id: string, secret: string): StoredKey => ({
  ...{ id, hash: hashOf(secret), scopes: ["publish", "fly"] },
  ...{ rooms: null, made: 1 },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a key that the admin has made is good, with the scopes that this release knows", async () => {
  const keys = new ServerKeys([], async () => [stored("ci", "one")]);
  expect(await keys.find("ek_ci_one")).toMatchObject({
    ...{ id: "ci", scopes: new Set(["publish"]), rooms: null },
  });
  for (const token of ["ek_ci_two", "ek_other_one", "ek_ci_", "one"])
    expect(await keys.find(token)).toBeNull();
});

test("a revoked key ends within a minute, and at once where it was revoked", async () => {
  let all = [stored("ci", "one")];
  let reads = 0;
  const keys = new ServerKeys([], async () => {
    reads++;
    return all;
  });
  await keys.find("ek_ci_one");
  all = [];
  expect(await keys.find("ek_ci_one")).not.toBeNull();
  for (let i = 0; i < 50; i++) await keys.find(`ek_guess-${i}_guess`);
  expect(reads).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(await keys.find("ek_ci_one")).toBeNull();
  all = [stored("ci", "one")];
  keys.forget();
  expect(await keys.find("ek_ci_one")).not.toBeNull();
});

test("a failure to read is told, and the next look asks again", async () => {
  let isUp = false;
  const given = `set:${hashOf("x")}:publish`;
  const keys = new ServerKeys([given], async () => {
    if (!isUp) throw new Error("down");
    return [stored("ci", "one")];
  });
  await expect(keys.find("ek_ci_one")).rejects.toThrow("down");
  expect(await keys.find("ek_set_x")).toMatchObject({ id: "set" });
  isUp = true;
  expect(await keys.find("ek_ci_one")).not.toBeNull();
});

test("a key of the setting with the scope admin and rooms of its own does nothing of the operator's", async () => {
  const keys = new ServerKeys(
    ["all", "some"].map(
      (id) => `${id}:${hashOf("x")}:admin${id === "all" ? "" : "@lobby"}`,
    ),
  );
  const access = new Access({
    ...{ settings, appTokens: createAppTokens(settings), keys },
    adminSecret: "s".repeat(16),
  });
  const source = {
    address: null,
    isDirect: true,
    mayConnect: async () => true,
  };
  const statusOf = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const request = new Request("http://chat.example/admin/keys", { headers });
    return (await access.checkAdmin(request, source))?.status;
  };
  expect(await statusOf("ek_all_x")).toBeUndefined();
  expect(await statusOf("ek_some_x")).toBe(401);
});
