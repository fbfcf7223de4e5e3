// Deferred writes: an event reads its own writes, and all of them are stored or none.
import { expect, test } from "vitest";
import { DeferredWrites } from "../../src/cloudflare/deferred-writes.ts";
import { Database } from "../core/support/database.ts";

function begin() {
  const database = new Database();
  database.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY)");
  let transactions = 0;
  const statements = new DeferredWrites({
    exec: (query, values) => database.exec(query, ...values),
    transaction: (work) => {
      transactions++;
      database.transaction(work);
    },
  });
  return {
    statements,
    add: (seq: number) => statements.exec("INSERT INTO log VALUES (?)", seq),
    seen: () => statements.exec("SELECT seq FROM log").map(({ seq }) => seq),
    stored: () => database.exec("SELECT seq FROM log").map(({ seq }) => seq),
    transactions: () => transactions,
  };
}

test("an event of a user is stored when it has ended", () => {
  const { statements, add, stored, transactions } = begin();
  add(1);
  add(2);
  expect(stored()).toEqual([]);
  statements.commit();
  expect(stored()).toEqual([1, 2]);
  statements.commit();
  expect(stored()).toEqual([1, 2]);
  expect(transactions()).toBe(1);
});

test("an event of a user reads what it has written, and nothing else does yet", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  expect(seen()).toEqual([1]);
  add(2);
  expect(seen()).toEqual([1, 2]);
  expect(stored()).toEqual([]);
  statements.commit();
  expect(stored()).toEqual([1, 2]);
});

test("an event of a user reads the tables that it has made", () => {
  const { statements } = begin();
  statements.exec("CREATE TABLE room (epoch TEXT)");
  statements.exec("INSERT INTO room VALUES ('e')");
  const epoch = () => statements.exec("SELECT epoch FROM room");
  expect(epoch()).toEqual([{ epoch: "e" }]);
  statements.commit();
  expect(epoch()).toEqual([{ epoch: "e" }]);
});

test("an event of a user that failed stores nothing, and neither does the next one for it", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  expect(seen()).toEqual([1]);
  statements.rollback();
  add(2);
  statements.commit();
  expect(stored()).toEqual([2]);
});

test("an event of a user stores nothing if one of its statements fails, and the error is told", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  add(1);
  expect(seen).toThrow("UNIQUE");
  expect(() => statements.commit()).toThrow("UNIQUE");
  statements.rollback();
  expect(stored()).toEqual([]);
});

test("an event of a user that only reads costs no transaction", () => {
  const { statements, seen, transactions } = begin();
  expect(seen()).toEqual([]);
  statements.commit();
  expect(transactions()).toBe(0);
});

test("the first visit of a user makes its table and its row without a transaction", () => {
  const { statements, transactions } = begin();
  const visit = (row: number) => {
    statements.exec("CREATE TABLE IF NOT EXISTS visit (at INTEGER)");
    statements.exec("INSERT INTO visit VALUES (?)", row);
  };
  visit(1);
  statements.commit();
  expect(statements.exec("SELECT at FROM visit")).toEqual([{ at: 1 }]);
  expect(transactions()).toBe(0);
  visit(2);
  statements.exec("INSERT INTO visit VALUES (3)");
  statements.commit();
  expect(transactions()).toBe(1);
});

test("a user whose table was made and whose row failed can visit again", () => {
  const { statements } = begin();
  const visit = (row: string) => {
    statements.exec("CREATE TABLE IF NOT EXISTS visit (at INTEGER)");
    statements.exec(`INSERT INTO visit VALUES (${row})`);
  };
  visit("1, 2");
  expect(() => statements.commit()).toThrow("visit");
  statements.rollback();
  visit("1");
  statements.commit();
  expect(statements.exec("SELECT at FROM visit")).toEqual([{ at: 1 }]);
});
