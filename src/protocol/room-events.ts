// Room events: defines the types of the events that a room stores, and of a message as it is now.
import type { AccessLevel } from "./access-levels.ts";
import type { Role } from "./roles.ts";

/** The fields of every stored event. */
interface EventHeader {
  /** The number of the event in the room. */
  seq: number;
  room: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  /** The id that the client chose. */
  id?: string;
}

/** The fields of an event that one user has made. */
interface AuthoredHeader extends EventHeader {
  /** The public id of the author. */
  user: string;
  username: string;
}

/** A stored room message. `history.messages` holds the same. */
export interface RoomMessage extends AuthoredHeader {
  type: "message";
  /** The text; after an edit the newest one. */
  text: string;
  /** Any JSON value of the sender's app. */
  data?: unknown;
  /** The message that this one answers, by its `seq`. */
  replyTo?: number | undefined;
  /** The first message of the thread that this one belongs to, by its `seq`. */
  thread?: number | undefined;
  /** The public ids of members whom the text mentioned when it was written. */
  mentions?: string[];
  /** A moderator has called everybody by `@here`. */
  here?: true;
  /** When the text was edited last. */
  edited?: number;
  /** The `seq` of the newest edit, which an `edit` may give as `was`. */
  editSeq?: number;
  /** How often the text was edited. */
  edits?: number;
  /** The app's own server has sent it, under a name that no person can have. */
  bot?: true;
  /** A command of this user said it: the user, and the id of the command. */
  by?: { user: string; id?: string | undefined };
}

/** The author has changed the text of a message. */
export interface EditedEvent extends AuthoredHeader {
  type: "edited";
  /** The `seq` of the message. */
  of: number;
  /** The new text; absent once a newer edit or a deletion has emptied it. */
  text?: string;
  /** The data of the message now; absent: it has none. */
  data?: unknown;
}

/** A message was deleted, by its author or by a moderator. */
export interface DeletedEvent extends AuthoredHeader {
  type: "deleted";
  /** The `seq` of the message. */
  of: number;
  reason?: string;
}

/** What is left of a deleted message, under its number. */
export interface ErasedEvent extends AuthoredHeader {
  type: "erased";
  thread?: number;
}

/** A user who has reacted. `id` is that of the user's own frame. */
export interface Reactor {
  user: string;
  username: string;
  id?: string;
}

/** People have reacted to a message, or have taken it back. */
export interface ReactedEvent extends Omit<EventHeader, "id"> {
  type: "reacted";
  /** The `seq` of the message. */
  of: number;
  emoji: string;
  added: Reactor[];
  removed: Reactor[];
  /** How many users react with this emoji after the event. */
  count: number;
}

/** A moderator has pinned a message. */
export interface PinnedEvent extends AuthoredHeader {
  type: "pinned";
  /** The `seq` of the message. */
  of: number;
}

/** A moderator has taken a pin off, or it has made room for newer ones. */
export interface UnpinnedEvent extends AuthoredHeader {
  type: "unpinned";
  /** The `seq` of the message. */
  of: number;
}

/** A moderator has set the topic of the room; an empty text clears it. */
export interface TopicEvent extends AuthoredHeader {
  type: "topic";
  text: string;
}

/** The acts of moderation that leave a `moderated` event. */
export type ModeratedAction =
  | "kick"
  | "ban"
  | "unban"
  | "mute"
  | "unmute"
  | "purge"
  | "role"
  | "slow"
  | "lock"
  | "unlock"
  | "access"
  | "invite"
  | "uninvite"
  | "member"
  | "unmember";

/** A moderator has done something. */
export interface ModeratedEvent extends AuthoredHeader {
  type: "moderated";
  action: ModeratedAction;
  /** The user whom it is about. */
  target?: { user: string; username: string };
  /**
   * When a kick, a ban, a mute or an invitation ends; absent: a ban or mute has
   * no end.
   */
  until?: number;
  /** Of `slow`: seconds between two messages of one user; 0: no limit. */
  seconds?: number;
  /** Of `access`: the users who may enter from now on. */
  access?: AccessLevel;
  /** Of `invite`: how many users may come by it. */
  uses?: number;
  /** The new role of the user. */
  role?: Role | "none";
  /**
   * Of `purge`: the messages of `target` with a `seq` from `from` to `to` are
   * deleted, where `at` or `edited` is not before `since`.
   */
  since?: number;
  from?: number;
  to?: number;
  reason?: string;
}

/** Any event that a room stores: see `events.ts` for the table of kinds. */
export type RoomEvent =
  | RoomMessage
  | EditedEvent
  | DeletedEvent
  | ErasedEvent
  | ReactedEvent
  | PinnedEvent
  | UnpinnedEvent
  | TopicEvent
  | ModeratedEvent;

/** The reactions to a message with one emoji. */
export interface ReactionSummary {
  emoji: string;
  /** All users who react with it. */
  count: number;
  /** The reader is one of them. */
  mine?: true;
  /** At most 10 names. Users who came after the first 10 may have none here. */
  users: string[];
}

/** The message that another one answers, as it is now. */
export type QuotedMessage =
  | {
      seq: number;
      user: string;
      username: string;
      /** The first 200 characters of its text. */
      text: string;
    }
  /** It is deleted, or the room does not keep it any more. */
  | { seq: number; erased: true };

/** A message as it is now, on a folded page. */
export interface FoldedMessage extends RoomMessage {
  /** Absent: nobody has reacted. */
  reactions?: ReactionSummary[];
  /** The replies in its thread; absent: there are none. */
  replies?: { count: number; last: number };
  pinned?: true;
  /** The message of `replyTo`. */
  quoted?: QuotedMessage;
}

/** The events of a folded page. */
export type FoldedEvent =
  | FoldedMessage
  | ErasedEvent
  | TopicEvent
  | ModeratedEvent;
