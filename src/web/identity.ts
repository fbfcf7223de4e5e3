// Identity: stores the usernames of this device, and the secret of each.
import { readUsername } from "../protocol/names.ts";
import { deviceStore, parseStringList, tabStore } from "./local-store.ts";
import { nameKey } from "./name-key.ts";

/** The server accepts no other form. */
const SECRET = /^[\x21-\x7e]{22,4096}$/;

/**
 * The username of this tab. A new tab starts with the last one used. Two tabs
 * may have different users.
 */
export function currentName(): string | null {
  return tabStore.get("name") ?? deviceStore.get("name");
}

export function setCurrentName(name: string): void {
  tabStore.set("name", name);
  deviceStore.set("name", name);
  const others = knownNames().filter((one) => nameKey(one) !== nameKey(name));
  deviceStore.set("names", JSON.stringify([name, ...others]));
}

/** Removes the username from this tab until the next sign-in. */
export function clearCurrentName(): void {
  tabStore.set("name", "");
}

/** The last used name comes first. */
export function knownNames(): string[] {
  return parseStringList(deviceStore.get("names")).filter(
    (name) => readUsername(name) !== null,
  );
}

/** Returns the secret of a name. Creates and stores one if there is none. */
export function getSecret(name: string): string {
  const stored = deviceStore.get(secretKey(name));
  // An invalid secret would lock the user out for good.
  if (stored !== null && isSecret(stored)) return stored;
  const created = createSecret();
  deviceStore.set(secretKey(name), created);
  return created;
}

/**
 * Stores the secret of a name that was used on another device.
 *
 * @returns a function that restores the previous secret, in case the server
 *   refuses this one
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

/** Returns true if a server accepts the form of this secret. */
export function isSecret(secret: string): boolean {
  return SECRET.test(secret);
}

/** Removes everything that is stored about a name. */
export function forgetName(name: string): void {
  const others = knownNames().filter((one) => nameKey(one) !== nameKey(name));
  deviceStore.set("names", JSON.stringify(others));
  if (nameKey(deviceStore.get("name") ?? "") === nameKey(name))
    deviceStore.remove("name");
  deviceStore.remove(secretKey(name));
  for (const store of [deviceStore, tabStore])
    for (const key of store.keys())
      if (
        /^(?:rooms|left|read|draft|last|notify):/.test(key) &&
        ownerOfKey(key) === nameKey(name)
      )
        store.remove(key);
}

/** The storage key for data of one user. */
export function userKey(kind: string, name: string, ...rest: string[]): string {
  return [kind, ...[nameKey(name), ...rest].map(encodeURIComponent)].join(":");
}

/** Returns null for a key of another format. */
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

/** Creates 128 random bits, in hex. */
function createSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
