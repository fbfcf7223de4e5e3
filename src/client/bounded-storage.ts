// Bounded storage: each call to a storage ends in bounded time, and its failure is told.
import type { Environment } from "./environment.ts";
import type { ChatStorage } from "./storage.ts";
import { withTimeout } from "./timeout.ts";

/** A disk that is slow answers in less. */
export const STORAGE_TIMEOUT_MS = 5000;

/** @param error null: that method works again */
export type OnStorageResult = (method: string, error: unknown) => void;

/**
 * While a call has had no answer in its time, all others fail at once: a chat
 * begins after one timeout, not after one for each call.
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
