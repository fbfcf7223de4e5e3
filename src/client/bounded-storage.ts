// Bounded storage: ends each call to a storage within a time limit, and reports failures.
import type { Environment } from "./environment.ts";
import type { ChatStorage } from "./storage.ts";
import { withTimeout } from "./timeout.ts";

/** Even a slow disk answers within this time. */
export const STORAGE_TIMEOUT_MS = 5000;

/** @param error null: the method works */
export type OnStorageResult = (method: string, error: unknown) => void;

/**
 * While one call is overdue, all other calls fail at once: a chat with a dead
 * storage starts after one timeout, not after one per call.
 */
export function boundedStorage(
  storage: ChatStorage,
  environment: Environment,
  onResult: OnStorageResult,
): ChatStorage {
  let overdue = 0;
  const onLate = (answer: Promise<unknown>) => {
    overdue++;
    const answered = () => {
      overdue--;
    };
    answer.then(answered, answered);
  };
  const call = async (method: string, args: unknown[]) => {
    let error: unknown = null;
    try {
      if (overdue > 0) throw new Error("no answer yet");
      const callMethod = () =>
        Reflect.get(storage, method).apply(storage, args);
      return await withTimeout(
        callMethod,
        STORAGE_TIMEOUT_MS,
        environment,
        onLate,
      );
    } catch (thrown) {
      error = thrown;
      throw thrown;
    } finally {
      onResult(method, error);
    }
  };
  return new Proxy(storage, {
    get:
      (_, method) =>
      (...args: unknown[]) =>
        call(String(method), args),
  });
}
