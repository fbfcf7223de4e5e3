// Who takes part in the model's conversations, under which names, in which rooms.

export const PEOPLE = ["alice", "bob", "carol", "mallory"] as const;
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
};

/** Two devices that keep what they have, and a connection by hand. */
export const DEVICES = ["phone", "laptop", null] as const;
export type DeviceName = (typeof DEVICES)[number];

/** One of these, as a number has it. */
export function pick<T>(items: readonly T[], number: number): T | undefined {
  return items[number % Math.max(1, items.length)];
}
