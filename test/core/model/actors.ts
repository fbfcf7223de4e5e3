// Actors: the model's conversations have these users, with their names, devices and rooms.
import { createHash } from "node:crypto";
import { appIdentity, publicId } from "../../../src/core/shared/identity.ts";
import type { Verified } from "../../../src/core/shared/rpc.ts";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { alice as appAlice, ISSUER } from "../support/app.ts";
import { identityOf as guestIdentity, secretOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

/** ursula is a user of the app; the others are guests with secrets. */
export const PEOPLE = ["alice", "bob", "carol", "mallory", "ursula"] as const;
export type Person = (typeof PEOPLE)[number];

export const ROOMS = ["lobby", "kitchen"] as const;
export type RoomName = (typeof ROOMS)[number];

/** Names that get private messages, and whose directories get faults. */
export const NAMES = ["alice", "bob", "carol"] as const;
export type Name = (typeof NAMES)[number];

/** The names that each person uses; mallory's look like those of others. */
export const SPELLINGS: Readonly<Record<Person, readonly string[]>> = {
  alice: ["alice", "ALICE"],
  bob: ["bob"],
  carol: ["carol"],
  // The о is Cyrillic.
  mallory: ["a1ice", "bоb"],
  ursula: ["Alice", "Bob"],
};

/** Two devices that store their state, and a client that stores nothing. */
export const DEVICES = ["phone", "laptop", null] as const;
export type DeviceName = (typeof DEVICES)[number];

const identities = new Map<Person, string>();

export function identityOf(person: Person): string {
  const hash = (text: string) =>
    createHash("sha256").update(text).digest("base64url");
  const known =
    identities.get(person) ??
    (isAppUser(person)
      ? appIdentity({ hash }, ISSUER, person)
      : guestIdentity(person));
  identities.set(person, known);
  return known;
}

/** The public id of a person. */
export function userOf(person: Person): string {
  return publicId(identityOf(person));
}

/** Has the person the rank of an app's user, which is above guests? */
export function isAppUser(person: Person): boolean {
  return person === "ursula";
}

/** The token of a person for a name: the rotated secret if `isChanged`. */
export function tokenOf(
  person: Person,
  username: string,
  isChanged: boolean,
): string {
  if (isAppUser(person))
    return `eyJhbGciOiJIUzI1NiJ9.${nameKey(username)}.c2ln`;
  return secretOf(isChanged ? `${person} later` : person);
}

/** The data that the app gives its user. */
export const APP_DATA = { displayName: "Ursula", plan: [1, null] };

/** Adds the app's tokens to a world. */
export function addAppTokens(world: World): void {
  for (const username of SPELLINGS.ursula)
    world.tokens.set(tokenOf("ursula", username, false), claimsOf(username));
}

/** The app knows ursula under this name, by a token or a cookie. */
export function claimsOf(username: string): Verified {
  return { ...appAlice, subject: "ursula", username, data: APP_DATA };
}

/** Picks one item by a number of any size. */
export function pick<T>(items: readonly T[], number: number): T | undefined {
  return items[number % Math.max(1, items.length)];
}
