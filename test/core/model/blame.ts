// Blame: a failed assertion of the model also names the session or mailbox that was checked at that moment.
import { AssertionError } from "node:assert/strict";
import type { MailboxSnapshot } from "./quiesce.ts";
import type { Session } from "./session-oracle.ts";

type Subject = Session | MailboxSnapshot;

let subject: Subject | null = null;

/** Yields each item, and notes it as the subject of a failure inside the loop. */
export function* each<T extends Subject>(all: Iterable<T>): Generator<T> {
  for (const one of all) {
    subject = one;
    yield one;
  }
  subject = null;
}

/** Runs `check`, and adds the subject to the message of a failed assertion. */
export function blaming(check: () => void): void {
  subject = null;
  try {
    check();
  } catch (error) {
    if (subject !== null && error instanceof AssertionError)
      error.message += `\nOf ${nameOf(subject)}.`;
    throw error;
  }
}

function nameOf(one: Subject): string {
  if ("owner" in one) return `the mail of ${one.key}, which is ${one.owner}'s`;
  const { device, person, room, join } = one;
  const how = device.name ?? "stateless client";
  return `${person}'s ${how} in ${room}, as ${join.username}`;
}
