// Who one is on this device: the names that were used, and the secret behind each.
import { readUsername } from "../protocol/names.ts";
import { device, readList, tab } from "./kept.ts";
import { sameness } from "./spelling.ts";

/** The server takes no other one. */
const SECRET = /^[\x21-\x7e]{22,4096}$/;

/** Who this tab is; a new tab is who was last. Two tabs may be two people. */
export function currentName(): string | null {
  return tab.get("name") ?? device.get("name");
}

export function become(name: string): void {
  tab.set("name", name);
  device.set("name", name);
  const others = knownNames().filter((one) => sameness(one) !== sameness(name));
  device.set("names", JSON.stringify([name, ...others]));
}

/** This tab is nobody, until somebody comes in. */
export function leaveName(): void {
  tab.set("name", "");
}

/** The latest first. */
export function knownNames(): string[] {
  return readList(device.get("names")).filter(
    (name) => readUsername(name) !== null,
  );
}

/** The secret behind a name. Made and kept if there is none. */
export function secretOf(name: string): string {
  const kept = device.get(secretKey(name));
  // What no server takes opens nothing, and would keep them out for good.
  if (kept !== null && isSecret(kept)) return kept;
  const made = madeSecret();
  device.set(secretKey(name), made);
  return made;
}

/**
 * From another device, where the name was used.
 *
 * @returns puts back what was kept before: the server may not take this one
 */
export function setSecret(name: string, secret: string): () => void {
  const key = secretKey(name);
  const before = device.get(key);
  device.set(key, secret);
  return () => {
    if (before === null) device.remove(key);
    else device.set(key, before);
  };
}

/** Has it the form of a secret that a server takes? */
export function isSecret(secret: string): boolean {
  return SECRET.test(secret);
}

/** Everything that is kept about a name. */
export function forget(name: string): void {
  const others = knownNames().filter((one) => sameness(one) !== sameness(name));
  device.set("names", JSON.stringify(others));
  if (sameness(device.get("name") ?? "") === sameness(name))
    device.remove("name");
  device.remove(secretKey(name));
  for (const kept of [device, tab])
    for (const key of kept.names())
      if (
        /^(?:rooms|read|draft|last):/.test(key) &&
        ownerOf(key) === sameness(name)
      )
        kept.remove(key);
}

/** A name under which something of one person is kept. */
export function ownKey(kind: string, name: string, ...rest: string[]): string {
  return [kind, ...[sameness(name), ...rest].map(encodeURIComponent)].join(":");
}

/** null where the key is none of ours. */
function ownerOf(key: string): string | null {
  try {
    return decodeURIComponent(key.split(":")[1] ?? "");
  } catch {
    return null;
  }
}

function secretKey(name: string): string {
  return ownKey("secret", name);
}

/** 128 bits in hex. */
function madeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
