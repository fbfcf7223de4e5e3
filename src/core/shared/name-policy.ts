// Name policy: a guest may not take a free name that looks like a reserved name or has too many marks.
import { nameKey } from "../../protocol/name-key.ts";
import type { Settings } from "../../protocol/settings.ts";
import { hasStackedMarks, MARKS_MAX } from "../../protocol/visible-text.ts";
import type { Refused } from "./rpc.ts";

export const RESERVED: Refused = {
  type: "refused",
  code: "forbidden",
  message: "The name is reserved.",
  reason: "name_reserved",
};

const STACKED_MARKS: Refused = {
  type: "refused",
  code: "bad_username",
  message: `A letter of a name has at most ${MARKS_MAX} marks on it.`,
};

/**
 * @param key of the name
 * @returns why no guest may take a free name; null: a guest may
 */
export function freeNameRefusal(
  settings: Settings,
  username: string,
  key: string,
): Refused | null {
  if (hasStackedMarks(username)) return STACKED_MARKS;
  if (resemblesReserved(settings, key)) return RESERVED;
  return null;
}

/** Reserved names by the list of the setting, which is read once. */
const resemblances = new WeakMap<readonly string[], ReadonlySet<string>>();

function resemblesReserved({ RESERVED_NAMES }: Settings, key: string): boolean {
  let reserved = resemblances.get(RESERVED_NAMES);
  if (reserved === undefined) {
    const keys = RESERVED_NAMES.map(nameKey);
    reserved = new Set(keys.map(resemblance));
    resemblances.set(RESERVED_NAMES, reserved);
  }
  return reserved.has(resemblance(key));
}

/**
 * Removes separators and accents: edge_chat, EdgeChat and édge.chat look like
 * edge-chat. Digits at the end make another name: admin2 does not look like admin.
 */
function resemblance(key: string): string {
  return key.replace(/[_.\-\u0300-\u036f]/g, "");
}
