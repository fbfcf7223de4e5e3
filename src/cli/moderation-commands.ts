// Moderation commands: parse the typed lines of moderators, and list them in the help of those who may use them.
import { randomBytes } from "node:crypto";
import type { Moderation, Role } from "../client/index.ts";
import {
  MODERATION_FORMS,
  type ModerationWord,
  readModeration,
} from "../protocol/moderation-line.ts";
import { rankOf } from "../protocol/roles.ts";

/** In the order of the help. `role`: others do not see it there. */
export const MODERATION_COMMANDS = [
  { name: "kick", arguments: " bob [why]", help: "remove bob for a minute" },
  { name: "ban", arguments: " bob [1d] [why]", help: "keep bob out" },
  { name: "unban", arguments: " bob", help: "let bob in again" },
  { name: "mute", arguments: " bob [10m]", help: "let bob read only" },
  { name: "unmute", arguments: " bob", help: "let bob speak again" },
  {
    name: "purge",
    arguments: " bob 1h",
    help: "delete what bob said in the last hour, for good",
  },
  { name: "slow", arguments: " 10", help: "one message in 10 s; /slow off" },
  { name: "lock", arguments: " [why]", help: "let only moderators speak" },
  { name: "unlock", arguments: "", help: "let everybody speak again" },
  {
    name: "invite",
    arguments: " [5] [1d]",
    help: "make an invitation, here for five users and a day",
  },
  { name: "uninvite", arguments: " [code]", help: "end it, or all of them" },
  { name: "member", arguments: " bob", help: "make bob a member" },
  { name: "unmember", arguments: " bob", help: "take that away" },
  {
    name: "reports",
    arguments: " [resolve 3]",
    help: "list the reports; end one: resolve, or dismiss",
  },
  { name: "op", arguments: " bob", help: "make bob a moderator" },
  { name: "deop", arguments: " bob", help: "take that away" },
  {
    name: "access",
    arguments: " members",
    help: "let only members in; or registered, or open",
  },
] as const;

const OWNERS_ONLY: readonly string[] = ["op", "deop", "access"];

/** @returns false for a command that the role does not allow */
export function isOffered(name: string, role: Role | null): boolean {
  if (!MODERATION_COMMANDS.some((one) => one.name === name)) return true;
  return rankOf(role) >= (OWNERS_ONLY.includes(name) ? 2 : 1);
}

export function isModerationWord(name: string): name is ModerationWord {
  return Object.hasOwn(MODERATION_FORMS, name);
}

/** @returns the act; null: the form is wrong */
export function parseModeration(
  word: ModerationWord,
  rest: string,
): Moderation | null {
  const frame = readModeration(word, rest);
  if (frame === null) return null;
  const { type: _, ...act } = frame;
  return withCode(act as unknown as Moderation);
}

/** The moderator's client chooses the code of an invitation. */
function withCode(act: Moderation): Moderation {
  return act.action === "invite" && act.code === undefined
    ? { ...act, code: randomBytes(18).toString("base64url") }
    : act;
}
