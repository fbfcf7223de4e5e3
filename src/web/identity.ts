// Who one is on this device: the names that were used, and the secret behind each.
import { readUsername } from "../protocol/names.ts";
import { deviceStore, parseStringList, tabStore } from "./local-store.ts";
import { nameKey } from "./name-key.ts";

/** The server takes no other one. */
const SECRET = /^[\x21-\x7e]{22,4096}$/;

/** Who this tab is; a new tab is who was last. Two tabs may be two people. */
export function currentName(): string | null {
  return tabStore.get("name") ?? deviceStore.get("name");
}

export function setCurrentName(name: string): void {
  tabStore.set("name", name);
  deviceStore.set("name", name);
  const others = knownNames().filter((one) => nameKey(one) !== nameKey(name));
  deviceStore.set("names", JSON.stringify([name, ...others]));
}

/** This tab is nobody, until somebody comes in. */
export function clearCurrentName(): void {
  tabStore.set("name", "");
}

/** The latest first. */
export function knownNames(): string[] {
  return parseStringList(deviceStore.get("names")).filter(
    (name) => readUsername(name) !== null,
  );
}

/** The secret behind a name. Made and kept if there is none. */
export function getSecret(name: string): string {
  const stored = deviceStore.get(secretKey(name));
  // What no server takes opens nothing, and would keep them out for good.
  if (stored !== null && isSecret(stored)) return stored;
  const created = createSecret();
  deviceStore.set(secretKey(name), created);
  return created;
}

/**
 * From another device, where the name was used.
 *
 * @returns puts back what was kept before: the server may not take this one
 */
export function setSecret(name: string, secret: string): () => void {
  const key = secretKey(name);
  const before = deviceStore.get(key);
  deviceStore.set(key, secret);
  return () => {
    if (before === null) deviceStore.remove(key);
    else deviceStore.set(key, before);
  };
}

/** Has it the form of a secret that a server takes? */
export function isSecret(secret: string): boolean {
  return SECRET.test(secret);
}

/** Everything that is kept about a name. */
export function forgetName(name: string): void {
  const others = knownNames().filter((one) => nameKey(one) !== nameKey(name));
  deviceStore.set("names", JSON.stringify(others));
  if (nameKey(deviceStore.get("name") ?? "") === nameKey(name))
    deviceStore.remove("name");
  deviceStore.remove(secretKey(name));
  for (const store of [deviceStore, tabStore])
    for (const key of store.keys())
      if (
        /^(?:rooms|read|draft|last):/.test(key) &&
        ownerOfKey(key) === nameKey(name)
      )
        store.remove(key);
}

/** A name under which something of one person is kept. */
export function userKey(kind: string, name: string, ...rest: string[]): string {
  return [kind, ...[nameKey(name), ...rest].map(encodeURIComponent)].join(":");
}

/** null where the key is none of ours. */
function ownerOfKey(key: string): string | null {
  try {
    return decodeURIComponent(key.split(":")[1] ?? "");
  } catch {
    return null;
  }
}

function secretKey(name: string): string {
  return userKey("secret", name);
}

/** 128 bits in hex. */
function createSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
