// Erased user lines: an event of a room's log that names a user who is erased becomes one that names nobody.
import type { RoomEvent, RoomMessage } from "../../protocol/room-events.ts";
import { ERASED_ID, ERASED_NAME } from "../shared/erase-requests.ts";

/** What is left of an event, and what it was. */
export interface ErasedLine {
  readonly line: string;
  /** The message, if the event was one of the user's. */
  readonly erased: RoomMessage | null;
  /** The names under which the user is in it. */
  readonly names: readonly string[];
}

/** A person in an event. */
interface Person {
  readonly user?: unknown;
  readonly username?: unknown;
}

/** The fields in which an event of any release may name a user. */
interface NamingFields extends Person {
  readonly target?: Person;
  readonly by?: Person;
  readonly added?: readonly Person[];
  readonly removed?: readonly Person[];
  readonly mentions?: readonly unknown[];
}

const NOBODY = { user: ERASED_ID, username: ERASED_NAME };

/**
 * @param user the public id
 * @param line an event as JSON
 * @returns null: the event does not name the user
 */
export function withoutUser(user: string, line: string): ErasedLine | null {
  if (!line.includes(JSON.stringify(user))) return null;
  const event: RoomEvent = JSON.parse(line);
  const fields: NamingFields = event;
  const isOwn = fields.user === user;
  const isBy = fields.by?.user === user;
  const names: string[] = [];
  const note = ({ username }: Person) => {
    if (typeof username === "string") names.push(username);
  };
  if (isOwn) note(fields);
  if (event.type === "message" && (isOwn || isBy)) {
    const { seq, room, username, thread, at } = event;
    const left = {
      ...{ type: "erased", seq, room },
      // A command's text is the user's, and the bot who says it is not.
      ...(isOwn ? NOBODY : { user: event.user, username }),
      ...(thread !== undefined && { thread }),
      at,
    };
    return { line: JSON.stringify(left), erased: event, names };
  }
  const isNamed = (one: Person | undefined): one is Person =>
    one?.user === user;
  const others = (people: readonly Person[]) => {
    for (const one of people.filter(isNamed)) note(one);
    return people.filter((one) => !isNamed(one));
  };
  const { target, added, removed, mentions } = fields;
  const isTarget = isNamed(target);
  if (isTarget) note(target);
  const left: Record<string, unknown> = {
    ...event,
    ...(isOwn && NOBODY),
    ...(isTarget && { target: NOBODY }),
    ...(added !== undefined && { added: others(added) }),
    ...(removed !== undefined && { removed: others(removed) }),
  };
  if (mentions !== undefined) {
    const kept = mentions.filter((one) => one !== user);
    if (kept.length > 0) left.mentions = kept;
    else delete left.mentions;
  }
  if (isBy) delete left.by;
  // A reason is about the target, or in the words of the user.
  if (isOwn || isTarget) delete left.reason;
  if (isOwn) {
    delete left.id;
    delete left.data;
    // A topic is a text in any case; all else may be without one.
    if (event.type === "topic") left.text = "";
    else delete left.text;
  }
  const changed = JSON.stringify(left);
  return changed === line ? null : { line: changed, erased: null, names };
}
