// Author: an author names the user on whose behalf a command runs, and the connection that sent it.
import type { Connection, Joined, Member } from "./connection.ts";

/** The author of an event, as the log stores it. */
export interface Author {
  /** Public id of the author's identity. */
  readonly user: string;
  readonly username: string;
  /** The connection that gets the ack; null: no connection sent the command. */
  readonly via: Connection | null;
}

/** A member who sends commands by a connection. */
export interface MemberAuthor extends Author {
  readonly via: Connection;
  readonly member: Member;
  readonly session: Joined;
}

/** @param session the state of that connection */
export function memberAuthor(via: Connection, session: Joined): MemberAuthor {
  const { member } = session;
  const { user, username } = member;
  return { user, username, via, member, session };
}
