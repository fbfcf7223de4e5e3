// Switcher: finds the conversations that a typed part of a name may mean, the best first.
import { readRoomName } from "../protocol/names.ts";

/** A conversation that the user can go to. */
export interface SwitchTarget {
  /** "mention": a room that the page has not joined, with mentions of the user. */
  readonly kind: "room" | "peer" | "mention";
  /** Differs from those of all other targets. */
  readonly id: string;
  /** The name of the room, or the username. */
  readonly name: string;
  /** The display name, if it differs. */
  readonly otherName: string | null;
  readonly unread: number;
  readonly mentions: number;
  /** It is open already. */
  readonly isCurrent: boolean;
}

/** No room and no person has such an id. */
const JOIN_ID = "+join";

/** The last option, for a name that is no known room. */
export interface JoinOption {
  readonly kind: "join";
  readonly id: typeof JOIN_ID;
  readonly name: string;
}

export type SwitchOption<Target extends SwitchTarget = SwitchTarget> =
  | Target
  | JoinOption;

export interface SwitchQuery {
  readonly typed: string;
  /** Makes equal what differs in case and width only. */
  fold(text: string): string;
  /** A room of that name may be joined. */
  readonly mayJoin: boolean;
}

/** A list that is longer helps nobody to find. */
const OPTIONS_MAX = 50;
/** A name has several words, as `release-notes` or `Ann Lee`. */
const SEPARATOR = /[\s_.:-]/;

/**
 * Finds the targets of a name. Without one, those that wait come first, and the
 * open one is the last. A name after # is that of a room, after @ a person's.
 *
 * @param targets in the order of the list
 */
export function switchOptions<Target extends SwitchTarget>(
  targets: readonly Target[],
  { typed, fold, mayJoin }: SwitchQuery,
): SwitchOption<Target>[] {
  const text = typed.normalize("NFKC").trim();
  const sign = /^[#@]/.exec(text)?.[0];
  const name = text.slice(sign?.length ?? 0).trim();
  const sought = fold(name);
  const found = targets
    .filter(
      ({ kind }) => sign === undefined || (sign === "@") === (kind === "peer"),
    )
    .map((target) => ({ target, match: matchOf(target, sought, fold) }))
    .filter(({ match }) => match < NO_MATCH)
    .sort(
      (a, b) =>
        a.match - b.match || waitingRank(a.target) - waitingRank(b.target),
    )
    .slice(0, OPTIONS_MAX)
    .map(({ target }) => target);
  const room = mayJoin && sign !== "@" ? readRoomName(name) : null;
  const isKnown = targets.some(
    (one) => one.kind === "room" && one.name === room,
  );
  if (room === null || isKnown) return found;
  return [...found, { kind: "join", id: JOIN_ID, name: room }];
}

/**
 * Keeps the places of options while messages arrive, so that a key press takes
 * the option that the user sees. What is new comes at the end.
 *
 * @param before ids in the order that the user sees
 */
export function keepOrder<Option extends SwitchOption>(
  options: readonly Option[],
  before: readonly string[],
): Option[] {
  const place = ({ id }: Option) => {
    if (id === JOIN_ID) return before.length + 1;
    const index = before.indexOf(id);
    return index < 0 ? before.length : index;
  };
  return [...options].sort((a, b) => place(a) - place(b));
}

const NO_MATCH = 4;

/** The place of a match: 0 for the whole name, `NO_MATCH` for none. */
function matchOf(
  { name, otherName }: SwitchTarget,
  sought: string,
  fold: (text: string) => string,
): number {
  if (sought === "") return 0;
  const names = otherName === null ? [name] : [name, otherName];
  return Math.min(...names.map((one) => matchIn(fold(one), sought)));
}

function matchIn(name: string, sought: string): number {
  if (name === sought) return 0;
  if (name.startsWith(sought)) return 1;
  let at = name.indexOf(sought);
  if (at < 0) return NO_MATCH;
  for (; at > 0; at = name.indexOf(sought, at + 1))
    if (SEPARATOR.test(name.charAt(at - 1))) return 2;
  return 3;
}

/** What calls the user comes first. */
function waitingRank(target: SwitchTarget): number {
  const { kind, unread, mentions, isCurrent } = target;
  if (isCurrent) return 3;
  if (mentions > 0 || (kind === "peer" && unread > 0)) return 0;
  return unread > 0 ? 1 : 2;
}
