// Storage health: the operator is told of storage errors and of their end.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StorageHealth } from "../../src/deno/storage-health.ts";

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
    "with the code %i means that storage is %s",
    ([code, problem]) => {
      const { health } = healthOf();
      health.observe(sqliteError(code));
      expect(health.check()).toBe(problem);
    },
  );

  test("is logged once, however often it comes, and never with its message", () => {
    const { health } = healthOf();
    expect(health.observe(sqliteError(SQLITE_FULL))).toBe(false);
    expect(health.observe(sqliteError(SQLITE_FULL))).toBe(true);
    expect(vi.mocked(console.log).mock.calls).toEqual([
      ['{"event":"storage failed","problem":"full"}'],
    ]);
  });

  test("of a statement of ours is none of the storage", () => {
    const { health } = healthOf();
    expect(health.observe(sqliteError(1))).toBe(false);
    expect(health.observe(new Error("a bug"))).toBe(false);
    expect(health.check()).toBeNull();
  });
});

describe("a disk that was full", () => {
  test("is well again when something is committed", () => {
    const { health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    expect(health.confirmCommit()).toBe(true);
    expect(health.check()).toBeNull();
  });

  test("is tried in a while where nobody writes, and not before", () => {
    const { database, health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    expect(health.check()).toBe("full");
    expect(database.exec).not.toHaveBeenCalled();
    vi.advanceTimersByTime(31_000);
    expect(health.check()).toBeNull();
    expect(database.exec).toHaveBeenCalledTimes(1);
  });

  test("stays so where the try fails", () => {
    const { database, health } = healthOf();
    health.observe(sqliteError(SQLITE_FULL));
    vi.advanceTimersByTime(31_000);
    database.exec.mockImplementation(() => {
      throw sqliteError(SQLITE_FULL);
    });
    expect(health.check()).toBe("full");
  });
});

test("a damaged database stays so, though other parts of it are written", () => {
  const { health } = healthOf();
  health.observe(sqliteError(SQLITE_CORRUPT));
  expect(health.confirmCommit()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(health.check()).toBe("damaged");
});

test("a commit into files that are gone is not confirmed, until they are back", () => {
  let isPresent = false;
  const { health } = healthOf({ isPresent: () => isPresent });
  expect(health.confirmCommit()).toBe(false);
  expect(health.check()).toBe("missing");
  isPresent = true;
  expect(health.check()).toBeNull();
});
