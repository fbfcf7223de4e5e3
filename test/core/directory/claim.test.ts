// Claim tests: the claim on a name is stored as a row, found again, replaced and deleted.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Claim } from "../../../src/core/directory/claims/claim.ts";
import {
  type ClaimStatus,
  GUEST_STATUS,
} from "../../../src/core/directory/claims/claim-status.ts";
import { ClaimStore } from "../../../src/core/directory/claims/claim-store.ts";
import { Visits } from "../../../src/core/directory/visits.ts";
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
  visits: new Visits(),
};

test("a user's claim is found again after it was stored", () => {
  const sql = new Database();
  new ClaimStore(sql, "alice").save(claim);
  expect(new ClaimStore(sql, "alice").load()).toEqual(claim);
});

test("a user's claim replaces its earlier state", () => {
  const sql = new Database();
  const claims = new ClaimStore(sql, "alice");
  claims.save(claim);
  const later = { ...claim, rooms: new Map(), expiresAt: 60_000, alarmAt: 5 };
  claims.save(later);
  expect(claims.load()).toEqual(later);
  expect(sql.tables.claim).toHaveLength(1);
});

test("a user's claim is stored with its status and the evictions that are left", () => {
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
    passes: [],
    deedAt: 5,
    mailRead: 2,
    isListed: true,
    movedBy: 5,
  };
  new ClaimStore(sql, "alice").save({ ...claim, status });
  expect(new ClaimStore(sql, "alice").load()?.status).toEqual(status);
});

test("a user whose name has no claim costs no row", () => {
  const sql = new Database();
  const claims = new ClaimStore(sql, "alice");
  expect(claims.load()).toBeNull();
  claims.drop();
  expect(sql.tables).toEqual({});
});

test("a user's claim that is deleted leaves no row, and other claims stay", () => {
  const sql = new Database();
  const [alice, bob] = [
    new ClaimStore(sql, "alice"),
    new ClaimStore(sql, "bob"),
  ];
  alice.save(claim);
  bob.save(claim);
  alice.drop();
  expect(alice.load()).toBeNull();
  expect(bob.load()).toEqual(claim);
  expect(sql.tables.claim).toMatchObject([{ key: "bob" }]);
});

test.each(["constructor", "prototype", "toString", "7", "hasOwnProperty"])(
  "a user's claim may have a room with the name %s",
  (room) => {
    const sql = new Database();
    const rooms = new Map([[room, 1]]);
    new ClaimStore(sql, "alice").save({ ...claim, rooms });
    expect(new ClaimStore(sql, "alice").load()?.rooms).toEqual(rooms);
  },
);

test("a user's rooms are found again in their order", () => {
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
