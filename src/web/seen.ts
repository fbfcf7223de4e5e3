// Seen: finds the newest message of a small room that others have seen, and the people who have.
import { computed, type ReadonlySignal } from "@preact/signals";
import type { SeenFrame } from "../client/index.ts";
import { seenMembersMax } from "../protocol/limits.ts";
import { sortNames } from "./i18n.ts";
import type { RoomState } from "./room-state.ts";

export type SeenPerson = Pick<SeenFrame, "user" | "username">;

export interface SeenMessage {
  readonly seq: number;
  /** By name; never the author, the user or people whom the user blocks. */
  readonly people: readonly SeenPerson[];
}

const newest = new WeakMap<
  RoomState,
  ReadonlySignal<SeenMessage | undefined>
>();

/** The newest message that others have seen; undefined: none, or a large room. */
export function newestSeen(
  room: RoomState,
): ReadonlySignal<SeenMessage | undefined> {
  const known = newest.get(room) ?? computed(() => findNewest(room));
  newest.set(room, known);
  return known;
}

function findNewest(room: RoomState): SeenMessage | undefined {
  const { seen, blocked, messages, snapshot, userId } = room;
  // The server tells of nobody then.
  if (snapshot.value.count > seenMembersMax) return;
  const readers = [...seen.value.values()].filter(
    ({ user }) => user !== userId && !blocked.value.has(user),
  );
  const all = messages.value;
  for (let i = all.length - 1; i >= 0 && readers.length > 0; i--) {
    const { seq = 0, user: author, isDeleted } = all[i] ?? {};
    if (seq === 0 || isDeleted || blocked.value.has(author ?? "")) continue;
    const people = readers.filter(
      ({ user, read }) => user !== author && read >= seq,
    );
    if (people.length > 0) return { seq, people: byName(people) };
  }
}

function byName(people: readonly SeenPerson[]): SeenPerson[] {
  const names = sortNames(people.map(({ username }) => username));
  const place = new Map(names.map((name, i) => [name, i]));
  const placeOf = ({ username }: SeenPerson) => place.get(username) ?? 0;
  return [...people].sort((a, b) => placeOf(a) - placeOf(b));
}
