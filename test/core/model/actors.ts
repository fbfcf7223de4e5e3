// Who takes part in the model's conversations, who they are, under which names and in which rooms.
import { createHash } from "node:crypto";
import { appIdentity, publicId } from "../../../src/core/shared/identity.ts";
import { nameKey } from "../../../src/protocol/names.ts";
import { ISSUER, alice as vouched } from "../support/app.ts";
import { identityOf as guestIdentity, secretOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

/** ursula is a user of the host's app; the others come with secrets. */
export const PEOPLE = ["alice", "bob", "carol", "mallory", "ursula"] as const;
export type Person = (typeof PEOPLE)[number];

export const ROOMS = ["lobby", "kitchen"] as const;
export type RoomName = (typeof ROOMS)[number];

/** Names to write to, and whose directories there are. */
export const NAMES = ["alice", "bob", "carol"] as const;
export type Name = (typeof NAMES)[number];

/** How they spell their names; mallory's look like those of others. */
export const SPELLINGS: Readonly<Record<Person, readonly string[]>> = {
  alice: ["alice", "ALICE"],
  bob: ["bob"],
  carol: ["carol"],
  // The о is Cyrillic.
  mallory: ["a1ice", "bоb"],
  ursula: ["Alice", "Bob"],
};

/** Two devices that keep what they have, and a connection by hand. */
export const DEVICES = ["phone", "laptop", null] as const;
export type DeviceName = (typeof DEVICES)[number];

const identities = new Map<Person, string>();

export function identityOf(person: Person): string {
  const hash = (text: string) =>
    createHash("sha256").update(text).digest("base64url");
  const known =
    identities.get(person) ??
    (isVouchedFor(person)
      ? appIdentity({ hash }, ISSUER, person)
      : guestIdentity(person));
  identities.set(person, known);
  return known;
}

/** Their public id. */
export function userOf(person: Person): string {
  return publicId(identityOf(person));
}

/** Is theirs the higher rank? */
export function isVouchedFor(person: Person): boolean {
  return person === "ursula";
}

/** What they come in by under a name; another secret than at first, if they changed it. */
export function tokenOf(
  person: Person,
  username: string,
  isChanged: boolean,
): string {
  if (isVouchedFor(person))
    return `eyJhbGciOiJIUzI1NiJ9.${nameKey(username)}.c2ln`;
  return secretOf(isChanged ? `${person} later` : person);
}

/** The app says who comes by its tokens. */
export function vouch(world: World): void {
  for (const username of SPELLINGS.ursula)
    world.tokens.set(tokenOf("ursula", username, false), {
      ...vouched,
      subject: "ursula",
      username,
    });
}

/** One of these, as a number has it. */
export function pick<T>(items: readonly T[], number: number): T | undefined {
  return items[number % Math.max(1, items.length)];
}
