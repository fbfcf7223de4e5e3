// User lines: an event of a room's log is in the copy for a user if the user wrote or did it.

/** The fields in which an event of any release may name its author. */
interface AuthorFields {
  readonly user?: unknown;
  /** The user whose command made a bot say it. */
  readonly by?: { readonly user?: unknown };
  readonly added?: readonly Reactor[];
  readonly removed?: readonly Reactor[];
}

interface Reactor {
  readonly user?: unknown;
}

/**
 * Texts of others are in no such line, nor reactions of others in the same event.
 *
 * @param user the public id
 * @param line an event as JSON
 * @returns null: the event is not the user's
 */
export function userLine(user: string, line: string): string | null {
  if (!line.includes(JSON.stringify(user))) return null;
  const event: AuthorFields = JSON.parse(line);
  if (event.user === user || event.by?.user === user) return line;
  const { added, removed } = event;
  if (added === undefined || removed === undefined) return null;
  const own = {
    added: added.filter((one) => one.user === user),
    removed: removed.filter((one) => one.user === user),
  };
  return own.added.length + own.removed.length === 0
    ? null
    : JSON.stringify({ ...event, ...own });
}
