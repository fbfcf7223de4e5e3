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

test("what an event writes is stored when it has come to its end", () => {
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

test("an event sees what it has written itself, as nobody else does yet", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  expect(seen()).toEqual([1]);
  add(2);
  expect(seen()).toEqual([1, 2]);
  expect(stored()).toEqual([]);
  statements.commit();
  expect(stored()).toEqual([1, 2]);
});

test("an event sees the tables that it has made", () => {
  const { statements } = begin();
  statements.exec("CREATE TABLE room (epoch TEXT)");
  statements.exec("INSERT INTO room VALUES ('e')");
  const epoch = () => statements.exec("SELECT epoch FROM room");
  expect(epoch()).toEqual([{ epoch: "e" }]);
  statements.commit();
  expect(epoch()).toEqual([{ epoch: "e" }]);
});

test("nothing is stored of an event that failed, nor by the next one", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  expect(seen()).toEqual([1]);
  statements.rollback();
  add(2);
  statements.commit();
  expect(stored()).toEqual([2]);
});

test("nothing is stored if one of the statements fails, and nothing is hidden", () => {
  const { statements, add, seen, stored } = begin();
  add(1);
  add(1);
  expect(seen).toThrow("UNIQUE");
  expect(() => statements.commit()).toThrow("UNIQUE");
  statements.rollback();
  expect(stored()).toEqual([]);
});

test("who only reads pays for no transaction", () => {
  const { statements, seen, transactions } = begin();
  expect(seen()).toEqual([]);
  statements.commit();
  expect(transactions()).toBe(0);
});
