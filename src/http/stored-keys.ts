// Stored keys: a host reads the server keys that the admin has made from their object.
import type { Address } from "../core/shared/contract.ts";
import { KEY_STORE } from "../core/shared/key-requests.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import type { ReadStoredKeys } from "./server-keys.ts";

/** @param ask calls one object */
export function storedKeysOf(
  ask: (to: Address, ops: readonly Op[]) => Promise<readonly Reply[]>,
): ReadStoredKeys {
  return async () => {
    const to = { kind: "service", name: KEY_STORE } as const;
    const [reply] = await ask(to, [{ type: "keys" }]);
    if (reply?.type !== "keys") throw new Error("The keys gave no answer.");
    return reply.keys;
  };
}
