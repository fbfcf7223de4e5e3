// Group commit: the events of one turn share a transaction, each is all or nothing, and effects wait for the commit.
import { describe, expect, test, vi } from "vitest";
import { GroupCommit } from "../../src/deno/group-commit.ts";
import { openDatabase, settled as pass } from "./support/fakes.ts";

function world() {
  const database = openDatabase();
  database.exec("CREATE TABLE said (word TEXT UNIQUE)");
  const faults: unknown[] = [];
  const groupCommit = new GroupCommit(database, (error) => faults.push(error));
  const seen: string[] = [];
  const words = () =>
    database
      .exec("SELECT word FROM said ORDER BY word")
      .map(({ word }) => word);
  const say = (word: string, then: () => void = () => {}) =>
    groupCommit.runEvent(
      () => {
        groupCommit.sql.exec("INSERT INTO said VALUES (?)", word);
        then();
      },
      () => ({
        committed: () => seen.push(word),
        failed: () => seen.push(`no ${word}`),
      }),
    );
  return { database, groupCommit, faults, seen, words, say };
}

const fail = () => {
  throw new Error("a bug");
};

test("users see nothing before all of the turn is committed", async () => {
  const { database, seen, say } = world();
  say("a");
  say("b");
  expect(seen).toEqual([]);
  expect(database.isInTransaction).toBe(true);
  await pass(1);
  expect(seen).toEqual(["a", "b"]);
  expect(database.isInTransaction).toBe(false);
});

test("an event that throws leaves nothing behind, and those of other users stay", async () => {
  const { seen, words, say, faults } = world();
  say("a");
  expect(() => say("b", fail)).toThrow("a bug");
  say("c");
  await pass(1);
  expect(words()).toEqual(["a", "c"]);
  expect(seen).toEqual(["a", "c"]);
  expect(faults).toEqual([]);
});

test("users see nothing of a turn whose commit fails", async () => {
  const { database, seen, words, say, faults } = world();
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
  database.exec(
    "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
  );
  say("a");
  // Only the commit checks this constraint.
  say("b", () => database.exec("INSERT INTO child VALUES (1)"));
  await pass(1);
  expect(seen).toEqual(["no a", "no b"]);
  expect(words()).toEqual([]);
  expect(faults).toHaveLength(1);
  say("c");
  await pass(1);
  expect(words()).toEqual(["c"]);
});

test("users see nothing of a turn whose transaction SQLite has ended", async () => {
  const { groupCommit, database, seen, words, say, faults } = world();
  say("a");
  expect(() =>
    say("b", () => {
      database.exec("ROLLBACK");
      fail();
    }),
  ).toThrow("a bug");
  expect(seen).toEqual(["no a"]);
  expect(faults).toHaveLength(1);
  // Later work of the same turn of the event loop has its own transaction.
  say("c");
  await pass(1);
  expect(words()).toEqual(["c"]);
  expect(seen).toEqual(["no a", "c"]);
  expect(groupCommit.isIdle).toBe(true);
});

test("events of users without SQL cost no transaction", async () => {
  const { groupCommit, database } = world();
  let isSeen = false;
  const outcome = {
    committed: () => {
      isSeen = true;
    },
    failed: fail,
  };
  groupCommit.runEvent(
    () => expect(database.isInTransaction).toBe(false),
    () => outcome,
  );
  expect(database.isInTransaction).toBe(false);
  await pass(1);
  expect(isSeen).toBe(true);
});

test("SQL outside of a user's event is refused", () => {
  const { groupCommit } = world();
  expect(() => groupCommit.sql.exec("SELECT 1")).toThrow("outside of an event");
});

test("a bug after one user's event does not touch the events of others", async () => {
  const { groupCommit, seen, say, faults } = world();
  groupCommit.runEvent(
    () => undefined,
    () => ({ committed: fail, failed: fail }),
  );
  say("a");
  await pass(1);
  expect(seen).toEqual(["a"]);
  expect(faults).toHaveLength(1);
});

test("work that is left for later is done in the next turn, in the order of users", async () => {
  const { groupCommit } = world();
  const done: number[] = [];
  groupCommit.enqueue(() => {
    done.push(1);
    groupCommit.enqueue(() => done.push(3));
  });
  groupCommit.enqueue(() => done.push(2));
  expect(done).toEqual([]);
  await pass(1);
  expect(done).toEqual([1, 2]);
  await pass(1);
  expect(done).toEqual([1, 2, 3]);
});

describe("the statements of a user's event", () => {
  const insert = "INSERT INTO said VALUES (?)";
  const outcome = { committed: () => undefined, failed: () => undefined };

  test("a single write needs no savepoint, and two of one event have one", async () => {
    const { database, groupCommit, say, words } = world();
    const spy = vi.spyOn(database, "exec");
    const queries = () => spy.mock.calls.map(([query]) => query);
    say("a");
    expect(queries()).toEqual(["BEGIN IMMEDIATE", insert]);
    spy.mockClear();
    say("b", () => groupCommit.sql.exec(insert, "c"));
    expect(queries()).toEqual([
      ...["SAVEPOINT event", insert, insert],
      "RELEASE event",
    ]);
    await pass(1);
    expect(words()).toEqual(["a", "b", "c"]);
  });

  test("an event sees what it has written itself, also with a single write", async () => {
    const { groupCommit, say, words } = world();
    const seen: unknown[] = [];
    say("a", () => {
      seen.push(...groupCommit.sql.exec("SELECT word FROM said"));
    });
    expect(seen).toEqual([{ word: "a" }]);
    await pass(1);
    expect(words()).toEqual(["a"]);
  });

  test("an event that reads alone opens no transaction", () => {
    const { database, groupCommit } = world();
    groupCommit.runEvent(
      () => groupCommit.sql.exec("SELECT word FROM said"),
      () => outcome,
    );
    expect(database.isInTransaction).toBe(false);
  });

  test("a single write that is refused fails its event, and those of other users stay", async () => {
    const { seen, words, say, faults } = world();
    say("a");
    expect(() => say("a")).toThrow(/UNIQUE/);
    say("b");
    await pass(1);
    expect(words()).toEqual(["a", "b"]);
    expect(seen).toEqual(["a", "b"]);
    expect(faults).toEqual([]);
  });

  test("a second write that is refused takes the first one of its event back", async () => {
    const { groupCommit, seen, words, say } = world();
    say("a");
    expect(() => say("b", () => groupCommit.sql.exec(insert, "a"))).toThrow(
      /UNIQUE/,
    );
    await pass(1);
    expect(words()).toEqual(["a"]);
    expect(seen).toEqual(["a"]);
  });
});

describe("what an event asks of another", () => {
  test("a call of a user's event is in the same transaction, but never at once", async () => {
    const { database, groupCommit, seen, say } = world();
    const commits = vi.spyOn(database, "exec");
    say("a");
    groupCommit.enqueueInTransaction(() => {
      say("b");
      groupCommit.enqueueInTransaction(() => say("c"));
    });
    expect(seen).toEqual([]);
    await pass(1);
    expect(seen).toEqual(["a", "b", "c"]);
    const words = commits.mock.calls.map(([query]) => query);
    expect(words.filter((query) => query === "COMMIT")).toHaveLength(1);
  });

  test("a call of a user's event that failed does not happen", async () => {
    const { groupCommit, database, seen, say } = world();
    say("a");
    groupCommit.enqueueInTransaction(() => say("asked by a"));
    expect(() =>
      say("b", () => {
        database.exec("ROLLBACK");
        fail();
      }),
    ).toThrow("a bug");
    say("c");
    groupCommit.enqueueInTransaction(() => say("asked by c"));
    await pass(2);
    expect(seen).toEqual(["no a", "c", "asked by c"]);
  });

  test("endless calls of one user's event go to later turns, and other users have theirs", async () => {
    const { groupCommit, seen, say } = world();
    let asked = 0;
    const again = () => {
      if (++asked < 100) groupCommit.enqueueInTransaction(again);
    };
    groupCommit.enqueueInTransaction(again);
    say("a");
    await pass(1);
    expect(seen).toEqual(["a"]);
    expect(asked).toBeLessThan(100);
    await pass(10);
    expect(asked).toBe(100);
  });
});
