// Room registry tests: rooms are entered once, listed by pages, and kept over a restart.
import { expect, test } from "vitest";
import { createService } from "../../../src/core/service/create-service.ts";
import {
  decodeCursor,
  encodeCursor,
  REGISTRY_SHARDS,
  registryName,
  registryShardOf,
} from "../../../src/core/shared/registry-requests.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { sha256 } from "../../../src/http/sha256.ts";
import { Database } from "../support/database.ts";

function registry() {
  const sql = new Database();
  let now = 1;
  const ask = (op: Op, name = "rooms:00"): Reply | undefined => {
    const core = createService({ sql, hash: (text) => text }, name);
    const { replies } = core.on({ kind: "asked", ask: {}, ops: [op] }, now++);
    return replies[0]?.replies[0];
  };
  const enter = (...rooms: string[]) => {
    for (const room of rooms) ask({ type: "enter-room", room });
  };
  const list = (fields: object = {}, name?: string) => {
    const reply = ask({ type: "rooms", limit: 100, ...fields }, name);
    if (reply?.type !== "rooms") throw new Error(JSON.stringify(reply));
    return { names: reply.rooms.map(({ room }) => room), more: reply.more };
  };
  return { sql, ask, enter, list };
}

test("a registry that no room has entered has no table", () => {
  const { sql, list, ask } = registry();
  expect(list()).toEqual({ names: [], more: false });
  expect(ask({ type: "forget-room", room: "lobby" })).toEqual({ type: "done" });
  expect(Object.keys(sql.tables)).toEqual([]);
});

test("a room that enters twice is one row, with the time of the first", () => {
  const { sql, ask, enter } = registry();
  enter("lobby");
  const { written } = sql;
  enter("lobby");
  expect(sql.written).toBe(written);
  expect(ask({ type: "rooms", limit: 1 })).toEqual({
    ...{ type: "rooms", rooms: [{ room: "lobby", since: 1 }], more: false },
  });
  ask({ type: "forget-room", room: "lobby" });
  expect(sql.tables.registered_room).toEqual([]);
});

test("an operator gets the rooms of a part by pages and by prefix, and no other part's", () => {
  const { ask, enter, list } = registry();
  enter("team-b", "lobby", "team-a", "teams", "大厅", "team-c");
  ask({ type: "enter-room", room: "team-d" }, "rooms:01");
  expect(list({ limit: 2 })).toEqual({
    names: ["lobby", "team-a"],
    more: true,
  });
  expect(list({ limit: 2, after: "teams" })).toEqual({
    ...{ names: ["大厅"], more: false },
  });
  expect(list({ prefix: "team-", after: "team-a" }).names).toEqual([
    ...["team-b", "team-c"],
  ]);
  expect(list({ prefix: "大" }).names).toEqual(["大厅"]);
  expect(list({}, "rooms:01").names).toEqual(["team-d"]);
});

test("a service that this release does not know refuses, and stores nothing", () => {
  const { sql, ask } = registry();
  for (const name of ["rooms:0", "rooms:fff", "rooms:0G", "relay:x", ""])
    expect(ask({ type: "enter-room", room: "lobby" }, name)).toEqual({
      ...{ type: "refused", code: "unsupported" },
    });
  expect(ask({ type: "keys" })).toMatchObject({ code: "unsupported" });
  expect(sql.tables).toEqual({});
});

test("the first byte of the hash of its name says where a room is", async () => {
  for (let i = 0; i < 300; i++) {
    const hash = await sha256(`room-${i}`);
    const text = Buffer.from(hash).toString("base64url");
    expect(registryShardOf(text)).toBe(hash[0]);
  }
  expect(registryName(0)).toBe("rooms:00");
  expect(registryName(REGISTRY_SHARDS - 1)).toBe("rooms:ff");
});

test("a cursor is a text, which any room's name can be part of", () => {
  for (const after of ["", "lobby", "a:b", "大厅"]) {
    const cursor = { shard: 63, after };
    expect(encodeCursor(cursor)).toBe(`3f:${after}`);
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  }
  for (const text of ["", "3f", "3F:a", "xyz:", "100:a"])
    expect(decodeCursor(text)).toBeNull();
});
