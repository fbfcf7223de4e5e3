// Of whom a promise broke: the connection or mailbox that was looked at when an assertion failed.
import { AssertionError } from "node:assert/strict";
import type { MailboxFound } from "./quiesce.ts";
import type { Visit } from "./session-oracle.ts";

type Subject = Visit | MailboxFound;

let subject: Subject | null = null;

/** The same, one by one; a failure that interrupts the loop is of that one. */
export function* each<T extends Subject>(all: Iterable<T>): Generator<T> {
  for (const one of all) {
    subject = one;
    yield one;
  }
  subject = null;
}

/** Adds to the message of a failed assertion of whom it is. */
export function blaming(look: () => void): void {
  subject = null;
  try {
    look();
  } catch (error) {
    if (subject !== null && error instanceof AssertionError)
      error.message += `\nOf ${nameOf(subject)}.`;
    throw error;
  }
}

function nameOf(one: Subject): string {
  if ("owner" in one) return `the mail of ${one.key}, which is ${one.owner}'s`;
  const { device, person, room, join } = one;
  const how = device.name ?? "connection by hand";
  return `${person}'s ${how} in ${room}, as ${join.username}`;
}
