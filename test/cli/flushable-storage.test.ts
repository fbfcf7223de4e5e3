// Flushable storage: tests that the program waits for its writes, but not for a dead disk.
import { expect, onTestFinished, test, vi } from "vitest";
import { flushableStorage } from "../../src/cli/flushable-storage.ts";
import { memoryStorage } from "../../src/client/index.ts";

test("flush waits for all writes, also for one that another one caused, or that fails", async () => {
  const disk = memoryStorage();
  const writes: (() => void)[] = [];
  const storage = flushableStorage({
    ...disk,
    set: async (key, value) => {
      await new Promise<void>((resolve) => writes.push(resolve));
      await disk.set(key, value);
    },
    remove: () => Promise.reject(new Error("no such disk")),
  });
  let isOver = false;
  const first = storage.set("a", 1).then(() => storage.set("b", 2));
  storage.remove("c").catch(() => {});
  const over = storage.flush().then(() => {
    isOver = true;
  });
  const next = async () => {
    while (writes.length === 0) await Promise.resolve();
    writes.shift()?.();
  };
  await next();
  await next();
  expect(isOver).toBe(false);
  await Promise.all([first, over]);
  expect(await disk.get("b")).toBe(2);
});

test("flush gives up on a disk that never answers", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const never = () => new Promise<never>(() => {});
  const storage = flushableStorage({ ...memoryStorage(), set: never });
  storage.set("a", 1);
  let isOver = false;
  const over = storage.flush().then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(4999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await over;
});
