// Storage health: the operator is told of storage errors and of their end.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StorageHealth } from "../../src/deno/storage-health.ts";
import { openDatabase } from "./support/fakes.ts";

const SQLITE_BUSY_SNAPSHOT = 517;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_IOERR_WRITE = 778;
const SQLITE_NOTADB = 26;

function sqliteError(errcode: number): Error {
  return Object.assign(new Error("a message with a text"), { errcode });
}

function healthOf(options: { isPresent?: () => boolean } = {}) {
  const database = { exec: vi.fn(() => []), isInTransaction: false };
  return { database, health: new StorageHealth(database, options.isPresent) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("an error of SQLite", () => {
  test.for([
    [SQLITE_CORRUPT, "damaged"],
    [SQLITE_NOTADB, "damaged"],
    [SQLITE_FULL, "full"],
    [SQLITE_IOERR_WRITE, "failing"],
    [SQLITE_BUSY_SNAPSHOT, "failing"],
  ] as const)(
    "an operator is told by the code %i of SQLite that storage is %s",
    ([code, problem]) => {
      const { health } = healthOf();
      health.observe(sqliteError(code));
      expect(health.check()).toBe(problem);
    },
  );

  test("an operator's next start does not rewrite the file after the disk was full", () => {
    const database = openDatabase();
    database.clean();
    const health = new StorageHealth(database);
    health.observe(sqliteError(SQLITE_FULL));
    vi.advanceTimersByTime(31_000);
    expect(health.check()).toBeNull();
    const [row] = database.exec("PRAGMA user_version");
    expect(row).toEqual({ user_version: 1 });
  });

  test("an operator reads an error of SQLite once in the log, without its message", () => {
    const { health } = healthOf();
    expect(health.observe(sqliteError(SQLITE_FULL))).toBe(false);
    expect(health.observe(sqliteError(SQLITE_FULL))).toBe(true);
    expect(vi.mocked(console.log).mock.calls).toEqual([
      ['{"event":"storage failed","problem":"full"}'],
    ]);
  });

  test("an operator is not told of an error in a statement of the server", () => {
    const { health } = healthOf();
    expect(health.observe(sqliteError(1))).toBe(false);
    expect(health.observe(new Error("a bug"))).toBe(false);
    expect(health.check()).toBeNull();
  });
});

describe("a disk that was full", () => {
  test("an operator is told that a full disk works again when something is committed", () => {
    const { health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    expect(health.confirmCommit()).toBe(true);
    expect(health.check()).toBeNull();
  });

  test("an operator's full disk is tried after a while where no user writes, and not before", () => {
    const { database, health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    expect(health.check()).toBe("full");
    expect(database.exec).not.toHaveBeenCalled();
    vi.advanceTimersByTime(31_000);
    expect(health.check()).toBeNull();
    expect(database.exec).toHaveBeenLastCalledWith("PRAGMA user_version = 0");
    health.check();
    expect(database.exec).toHaveBeenCalledTimes(2);
  });

  test("an operator's full disk stays full while the try fails", () => {
    const { database, health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    vi.advanceTimersByTime(31_000);
    database.exec.mockImplementation(() => {
      throw sqliteError(SQLITE_FULL);
    });
    expect(health.check()).toBe("full");
  });
});

test("an operator's damaged database stays so though other parts of it are written", () => {
  const { health } = healthOf();
  health.observe(sqliteError(SQLITE_CORRUPT));
  expect(health.confirmCommit()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(health.check()).toBe("damaged");
});

test("users get no ack for a commit into missing files, until they are back", () => {
  let isPresent = false;
  const { health } = healthOf({ isPresent: () => isPresent });
  expect(health.confirmCommit()).toBe(false);
  expect(health.check()).toBe("missing");
  isPresent = true;
  expect(health.check()).toBeNull();
});
