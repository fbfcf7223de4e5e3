// One name's claim, as it is stored.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Claim } from "../../../src/core/directory/claims/claim.ts";
import {
  type ClaimStatus,
  GUEST_STATUS,
} from "../../../src/core/directory/claims/claim-status.ts";
import { ClaimStore } from "../../../src/core/directory/claims/claim-store.ts";
import { readRoomName } from "../../../src/protocol/names.ts";
import { Database } from "../support/database.ts";

const claim: Claim = {
  identity: "identity-of-alice",
  username: "Alice",
  rooms: new Map([
    ["lobby", 7],
    ["kitchen", 9],
  ]),
  expiresAt: null,
  alarmAt: null,
  epoch: 1,
  head: 3,
  received: 2,
  copied: 1,
  settled: 1,
  status: GUEST_STATUS,
};

test("a claim is stored and found again", () => {
  const sql = new Database();
  new ClaimStore(sql, "alice").save(claim);
  expect(new ClaimStore(sql, "alice").load()).toEqual(claim);
});

test("a later state takes the place of the earlier", () => {
  const sql = new Database();
  const claims = new ClaimStore(sql, "alice");
  claims.save(claim);
  const later = { ...claim, rooms: new Map(), expiresAt: 60_000, alarmAt: 5 };
  claims.save(later);
  expect(claims.load()).toEqual(later);
  expect(sql.tables.claim).toHaveLength(1);
});

test("whatever it is to its holder, and who has yet to hear, is stored too", () => {
  const sql = new Database();
  const eviction = { room: "lobby", identity: "identity-of-bob", version: 7 };
  const secrets = [
    { hash: "identity-of-alice", until: 9 },
    { hash: "another", until: null },
  ];
  const status: ClaimStatus = {
    rank: "app",
    isRegistered: true,
    restsUntil: 7,
    isResting: true,
    secrets,
    evicting: [{ ...eviction, also: ["another"] }],
    deedAt: 5,
  };
  new ClaimStore(sql, "alice").save({ ...claim, status });
  expect(new ClaimStore(sql, "alice").load()?.status).toEqual(status);
});

test("looking for a claim that nobody made writes nothing", () => {
  const sql = new Database();
  const claims = new ClaimStore(sql, "alice");
  expect(claims.load()).toBeNull();
  claims.drop();
  expect(sql.tables).toEqual({});
});

test("a dropped claim leaves nothing of it, and others alone", () => {
  const sql = new Database();
  const [alice, bob] = [
    new ClaimStore(sql, "alice"),
    new ClaimStore(sql, "bob"),
  ];
  alice.save(claim);
  bob.save(claim);
  for (const key of ["alice", "bob"])
    sql.exec("INSERT INTO mail VALUES (?, 1, '{}', NULL, 'x')", key);
  alice.drop();
  expect(alice.load()).toBeNull();
  expect(bob.load()).toEqual(claim);
  expect(sql.tables.mail).toMatchObject([{ key: "bob" }]);
});

test.each(["constructor", "prototype", "toString", "7", "hasOwnProperty"])(
  "a room may be called %s",
  (room) => {
    const sql = new Database();
    const rooms = new Map([[room, 1]]);
    new ClaimStore(sql, "alice").save({ ...claim, rooms });
    expect(new ClaimStore(sql, "alice").load()?.rooms).toEqual(rooms);
  },
);

test("whatever rooms somebody is in, they are found again, in order", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .map((raw) => readRoomName(raw))
    .filter((room) => room !== null);
  const rooms = fc.array(fc.tuple(name, fc.nat())).map((all) => new Map(all));
  fc.assert(
    fc.property(rooms, (some) => {
      const sql = new Database();
      new ClaimStore(sql, "alice").save({ ...claim, rooms: some });
      const found = new ClaimStore(sql, "alice").load();
      expect([...(found?.rooms ?? [])]).toEqual([...some]);
    }),
  );
});
