// Erase user: a room lists the places where a user stands, and takes the user out of all of them.
import type { ErasedInRoom, EraseInRoom } from "../shared/erase-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { RoomContext } from "./context.ts";
import { revokeName } from "./leave.ts";
import { dropStagedImport } from "./log-import.ts";

/**
 * A place where a user may stand. A feature that stores users adds a row here.
 *
 * @returns the names that the user had there; null: nothing of the user was there
 */
type Place = (
  context: RoomContext,
  user: string,
  now: number,
) => readonly string[] | null;

/** All but the log and the state of messages, which take more than one event. */
const PLACES: { readonly [place: string]: Place } = {
  connections: closeConnections,
  roles: ({ moderation }, user) => moderation.roles.forget(user),
  restrictions: ({ moderation }, user) => moderation.restrictions.hide(user),
  networkBans: ({ moderation }, user) => moderation.networkBans.hide(user),
  members: ({ moderation }, user) => moderation.members.forget(user),
  reports: ({ reports, reportDelivery }, user) => {
    const names = reports.forget(user);
    if (names !== null) reportDelivery?.rewritten();
    return names;
  },
  // Its end would bring the user back. The operator begins it anew.
  importStaging: (context) => {
    dropStagedImport(context);
    return null;
  },
  purges: ({ purges }, user) => {
    purges.drop(user);
    return null;
  },
  memory: ({ dedupe, moderation, mentions }, user) => {
    mentions.forget(user);
    dedupe.forget();
    moderation.authors.forget();
    moderation.slowMode.forget();
    return null;
  },
};

/** Answers at once; the rest of the log follows in events of their own. */
export function eraseInRoom(
  context: RoomContext,
  { user, isAgain, isConfirmed }: EraseInRoom,
  now: number,
): ErasedInRoom {
  const { users } = context.purges;
  if (isConfirmed === true) {
    users.confirm(user);
    context.effects.hasErased = true;
  } else if (isAgain !== true || users.find(user) === undefined)
    begin(context, user, now);
  const found = users.find(user);
  return {
    type: "erased-in-room",
    isDone: found === undefined || found.isSwept,
    keys: [...(found?.keys ?? [])],
    addressees: [...(found?.addressees ?? [])],
    ...(found !== undefined && { isOpen: true }),
  };
}

function begin(context: RoomContext, user: string, now: number): void {
  // What waits belongs to the log, and the user's part of it is erased.
  context.flush(now);
  const names: string[] = [];
  let isKnown = false;
  for (const place of Object.values(PLACES)) {
    const found = place(context, user, now);
    if (found === null) continue;
    isKnown = true;
    names.push(...found);
  }
  // The closed connections have said that they leave.
  context.flush(now);
  const { users } = context.purges;
  users.begin(user, isKnown);
  users.note(user, names);
  users.store();
}

function closeConnections(
  context: RoomContext,
  user: string,
  now: number,
): string[] | null {
  const names: string[] = [];
  for (const { state } of context.joining)
    if (state.kind === "joining" && publicId(state.identity) === user) {
      state.isEvicted = true;
      names.push(state.username);
    }
  for (const member of context.presence.withUser(user)) {
    names.push(member.username);
    revokeName(context, member, "erased", now);
  }
  return names.length === 0 ? null : names;
}
