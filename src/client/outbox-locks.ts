// Outbox locks: let one client at a time take over messages, and tell which other clients are alive.
import { STORAGE_TIMEOUT_MS } from "./bounded-storage.ts";
import type { Environment } from "./environment.ts";
import { withTimeout } from "./timeout.ts";

/** The name of the lock that a client holds during its lifetime. */
export function lockName(owner: string): string {
  return `edge-chat ${owner}`;
}

/**
 * Runs the callback while no other client runs one under that name. Without
 * working locks it runs all the same, with no held locks. Never rejects.
 *
 * @param callback gets the names of the locks that are held
 * @param onResult null: the locks have worked
 */
export async function withHeldLocks(
  environment: Environment,
  name: string,
  onResult: (error: unknown) => void,
  callback: (held: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const { locks } = environment;
  let releaseLock = () => {};
  const lockReleased = new Promise<void>((resolve) => {
    releaseLock = resolve;
  });
  let heldLocks: ReadonlySet<string> = new Set();
  let error: unknown = null;
  try {
    const lock = () =>
      new Promise<typeof heldLocks>((resolve, reject) => {
        const whenLocked = () => {
          locks?.held().then(resolve, reject);
          return lockReleased;
        };
        locks?.runExclusive(name, whenLocked).catch(reject);
      });
    if (locks !== null)
      heldLocks = await withTimeout(lock, STORAGE_TIMEOUT_MS, environment);
  } catch (thrown) {
    error = thrown;
  }
  onResult(error);
  try {
    await callback(heldLocks);
  } catch {
    // Messages that cannot be read stay in the storage.
  }
  releaseLock();
}
