// Deliverable: a directory sends private messages and mentions to its owner's rooms, in the order of their numbers.
import type { Mail } from "../../shared/mail-records.ts";
import { mentionMail, type StoredMention } from "../mentions/mention-store.ts";
import { type StoredMail, toMail } from "./stored-mail.ts";

export type Deliverable = StoredMail | StoredMention;

/** Is it the sender's own copy of a message? */
export function isSenderCopy(stored: Deliverable): boolean {
  return "message" in stored && stored.fromKey === null;
}

export function deliveredMail(stored: Deliverable): Mail {
  return "message" in stored ? toMail(stored) : mentionMail(stored);
}

/** @returns both kinds, in the order of their numbers */
export function mergeByNumber(
  mail: readonly StoredMail[],
  mentions: readonly StoredMention[],
): Deliverable[] {
  if (mentions.length === 0) return [...mail];
  return [...mail, ...mentions].sort((a, b) => a.mail - b.mail);
}
