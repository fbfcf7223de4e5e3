// Name policy: which free names a guest may not take, such as those that people would take for a reserved one.
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

/** Why no guest may take the name, if nobody has it; null: they may. */
export function whyNotFree(
  settings: Settings,
  username: string,
): Refused | null {
  if (hasStackedMarks(username)) return STACKED_MARKS;
  if (resemblesReserved(settings, username)) return RESERVED;
  return null;
}

/** By the list of the setting, which is read once. */
const resemblances = new WeakMap<readonly string[], ReadonlySet<string>>();

function resemblesReserved(
  { RESERVED_NAMES }: Settings,
  username: string,
): boolean {
  let reserved = resemblances.get(RESERVED_NAMES);
  if (reserved === undefined) {
    reserved = new Set(RESERVED_NAMES.map(resemblance));
    resemblances.set(RESERVED_NAMES, reserved);
  }
  return reserved.has(resemblance(username));
}

/**
 * Without separators and accents: edge_chat, EdgeChat and édge.chat look like
 * edge-chat. Digits behind it make another name: admin2 is not admin.
 */
function resemblance(username: string): string {
  return nameKey(username).replace(/[_.\-\u0300-\u036f]/g, "");
}
