// Moderation line: converts a typed command of a moderator into a frame.
import { splitWords, withoutAt } from "./line-grammar.ts";

/** The form of each command. */
export const MODERATION_FORMS = {
  kick: "/kick name [reason]",
  ban: "/ban name [1d] [reason]",
  unban: "/unban name",
  mute: "/mute name [10m] [reason]",
  unmute: "/unmute name",
  purge: "/purge name 1h [reason]",
  op: "/op name",
  deop: "/deop name",
  slow: "/slow seconds, or /slow off",
  lock: "/lock [reason]",
  unlock: "/unlock",
  access: "/access open, /access registered or /access members",
  invite: "/invite [code] [uses] [1w]",
  uninvite: "/uninvite [code]",
  member: "/member name",
  unmember: "/unmember name",
} as const;
export type ModerationWord = keyof typeof MODERATION_FORMS;

export const MODERATION_HELP = [
  "/kick bob: close bob's connections for a minute",
  "/ban bob 1d spam: keep bob out, here for a day, with a reason; /unban bob",
  "/mute bob 10m: let bob read only, here for ten minutes; /unmute bob",
  "/purge bob 1h: delete what bob said in the last hour, for good",
  "/op bob: make bob a moderator; /deop bob",
  "/slow 10: let each user write every ten seconds; /slow off",
  "/lock: let only moderators speak; /unlock",
  "/access members: let only members in; /access registered; /access open",
  "/invite 5 1d: make an invitation, here for five users and a day; /uninvite",
  "/member bob: make bob a member; /unmember bob",
] as const;

/** Seconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 },
};

/** @returns the frame before its schema is checked; null: the form is wrong */
export function readModeration(
  command: ModerationWord,
  rest: string,
): Readonly<Record<string, unknown>> | null {
  switch (command) {
    case "slow":
      return readSlow(splitWords(rest));
    case "lock":
      return {
        ...{ type: "moderate", action: command },
        ...reasonIn(splitWords(rest)),
      };
    case "unlock":
      return rest.trim() === "" ? { type: "moderate", action: command } : null;
    case "access": {
      const [access, ...more] = splitWords(rest);
      return access === undefined || more.length > 0
        ? null
        : { type: "moderate", action: command, access };
    }
    case "invite":
      return readInvite(splitWords(rest));
    case "uninvite": {
      const [code, ...more] = splitWords(rest);
      return more.length > 0
        ? null
        : { type: "moderate", action: command, ...(code && { code }) };
    }
    default:
      return readOnUser(command, rest);
  }
}

function readSlow([word = "", ...more]: readonly string[]) {
  const seconds = word === "off" ? 0 : (readDuration(word) ?? Number(word));
  return more.length > 0 || word === "" || !Number.isSafeInteger(seconds)
    ? null
    : { type: "moderate", action: "slow", seconds };
}

/** The length tells the code of an invitation from a number or a mistake. */
export function isInviteCode(word = ""): boolean {
  return word.length >= CODE_LENGTH_MIN;
}

/** In any order. */
function readInvite(words: readonly string[]) {
  const frame: { code?: string; uses?: number; for?: number } = {};
  for (const word of words) {
    const seconds = readDuration(word);
    if (seconds !== null && frame.for === undefined) frame.for = seconds;
    else if (/^\d{1,9}$/.test(word) && frame.uses === undefined)
      frame.uses = Number(word);
    else if (isInviteCode(word) && frame.code === undefined) frame.code = word;
    else return null;
  }
  return { type: "moderate", action: "invite", ...frame };
}

const CODE_LENGTH_MIN = 22;

function readOnUser(
  command: Exclude<
    ModerationWord,
    "slow" | "lock" | "unlock" | "access" | "invite" | "uninvite"
  >,
  rest: string,
): Readonly<Record<string, unknown>> | null {
  const [name, ...words] = splitWords(rest);
  if (name === undefined) return null;
  const who = { type: "moderate", username: withoutAt(name) };
  switch (command) {
    case "kick":
      return { ...who, action: command, ...reasonIn(words) };
    case "ban":
    case "mute": {
      const [first = "", ...others] = words;
      const seconds = readDuration(first);
      return seconds === null
        ? { ...who, action: command, ...reasonIn(words) }
        : { ...who, action: command, for: seconds, ...reasonIn(others) };
    }
    case "purge": {
      const [first = "", ...others] = words;
      const seconds = readDuration(first);
      return seconds === null
        ? null
        : { ...who, action: command, for: seconds, ...reasonIn(others) };
    }
    case "unban":
    case "unmute":
    case "member":
    case "unmember":
      return words.length > 0 ? null : { ...who, action: command };
    case "op":
    case "deop":
      return words.length > 0
        ? null
        : {
            ...who,
            action: "role",
            role: command === "op" ? "moderator" : "none",
          };
    default:
      return command satisfies never;
  }
}

function reasonIn(words: readonly string[]): { reason?: string } {
  return words.length === 0 ? {} : { reason: words.join(" ") };
}

/** Reads `10m` or `1d`. @returns seconds; null: it is no duration */
export function readDuration(word: string): number | null {
  const [, digits, unit = ""] = /^(\d{1,9})([smhdw])$/.exec(word) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS[unit] ?? 0);
}
