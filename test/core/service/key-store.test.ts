// Key store tests: keys are made once, have two secrets at most while one replaces the other, and are kept over a restart.
import { expect, test } from "vitest";
import { KeyStore } from "../../../src/core/service/key-store.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { Database } from "../support/database.ts";

const made = (id: string, hash = "aa") => ({
  ...{ id, hash, scopes: ["publish"], rooms: null },
});

function store() {
  const database = new Database();
  const open = () => new KeyStore({ sql: database });
  let keys = open();
  const ask = (op: Op, now = 1): Reply | undefined =>
    keys.on({ kind: "asked", ask: {}, ops: [op] }, now).replies[0]?.replies[0];
  const hashes = () => {
    const reply = ask({ type: "keys" });
    return reply?.type === "keys" ? reply.keys.map(({ hash }) => hash) : null;
  };
  return {
    ...{ ask, hashes, database },
    restart: () => {
      keys = open();
    },
  };
}

test("a store that nobody has used has no table", () => {
  const { hashes, database } = store();
  expect(hashes()).toEqual([]);
  expect(Object.keys(database.tables)).toEqual([]);
});

test("an operator finds the keys after a restart, and no second one with an id", () => {
  const { ask, restart } = store();
  const key = { ...made("ci"), rooms: ["team-*"] };
  expect(ask({ type: "add-key", key }, 5)).toEqual({ type: "done" });
  expect(ask({ type: "add-key", key: made("ci", "bb") })).toMatchObject({
    ...{ type: "key-refused", why: "taken" },
  });
  restart();
  expect(ask({ type: "keys" })).toEqual({
    ...{ type: "keys", keys: [{ ...key, made: 5 }] },
  });
});

test("an operator rotates a key: two secrets are good, then the newest two, then one", () => {
  const { ask, hashes } = store();
  ask({ type: "add-key", key: made("ci", "aa") });
  for (const hash of ["bb", "cc"]) ask({ type: "rotate-key", id: "ci", hash });
  expect(hashes()).toEqual(["bb", "cc"]);
  ask({ type: "revoke-key", id: "ci", keepsNewest: true });
  expect(hashes()).toEqual(["cc"]);
  ask({ type: "revoke-key", id: "ci" });
  expect(hashes()).toEqual([]);
  for (const op of [
    { type: "revoke-key", id: "ci" },
    { type: "rotate-key", id: "ci", hash: "dd" },
  ] as const)
    expect(ask(op)).toMatchObject({ why: "unknown" });
});

test("there are 1,000 keys at most, and a newer release's question is refused", () => {
  const { ask } = store();
  for (let i = 0; i < 1000; i++)
    ask({ type: "add-key", key: made(`key-${i}`) });
  expect(ask({ type: "add-key", key: made("one-more") })).toMatchObject({
    why: "too_many",
  });
  expect(ask({ type: "info" })).toMatchObject({ code: "unsupported" });
});
