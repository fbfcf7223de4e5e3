// Mention fields: a message lists the members whom its text mentions, and says whether a moderator calls everybody here.
import * as LIMITS from "../../protocol/limits.ts";
import { mentionedNames } from "../../protocol/mentions.ts";
import { nameKey } from "../../protocol/name-key.ts";
import type { Author } from "./author.ts";
import type { Member } from "./connection.ts";

/** The room's knowledge of its members. */
export interface MentioningRoom {
  readonly presence: { get(key: string): Member | undefined };
}

/** A moderator calls all members by this name. */
const HERE = "here";

export interface Mentioned {
  /** The fields of the message. */
  readonly fields: { mentions?: string[]; here?: true };
  /** The keys of all names, also of people who are away. */
  readonly keys: readonly string[];
}

/** @param mayCallAll is asked only if the text does it */
export function findMentioned(
  { presence }: MentioningRoom,
  { user }: Pick<Author, "user">,
  text: string,
  mayCallAll: () => boolean,
): Mentioned | null {
  const keys = new Set<string>();
  const users = new Set<string>();
  let isForAll = false;
  for (const names of mentionedNames(text)) {
    if (names[0] === HERE && mayCallAll()) {
      isForAll = true;
      continue;
    }
    const candidates = names.map(nameKey);
    const known = candidates.find((key) => presence.get(key) !== undefined);
    const [key = known] = known === undefined ? candidates : [known];
    if (key === undefined) continue;
    const member = presence.get(key);
    if (member?.user === user) continue;
    keys.add(key);
    if (member !== undefined) users.add(member.user);
  }
  if (keys.size === 0 && !isForAll) return null;
  return {
    fields: {
      ...(users.size > 0 && {
        mentions: [...users].slice(0, LIMITS.mentionsPerMessageMax),
      }),
      ...(isForAll && { here: true }),
    },
    keys: [...keys],
  };
}
