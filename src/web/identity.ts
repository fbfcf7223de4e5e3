// Who one is on this device: the names that were used, and the secret behind each.
import { device, readList, tab } from "./kept.ts";
import { sameness } from "./spelling.ts";

/** The server takes no shorter secret. */
export const SECRET_MIN = 22;

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
  return readList(device.get("names"));
}

/** The secret behind a name. Made and kept if there is none. */
export function secretOf(name: string): string {
  const kept = device.get(secretKey(name));
  if (kept !== null) return kept;
  const made = madeSecret();
  device.set(secretKey(name), made);
  return made;
}

/** From another device, where the name was used. */
export function setSecret(name: string, secret: string): void {
  device.set(secretKey(name), secret);
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

function ownerOf(key: string): string {
  return decodeURIComponent(key.split(":")[1] ?? "");
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
