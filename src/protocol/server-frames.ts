// Server frames: defines the types of the frames that a server sends, without schemas, so that clients need no package.
import type { AccessLevel } from "./access-levels.ts";
import type { ErrorCode, ErrorReason } from "./errors.ts";
import type { ReadFrames } from "./read-state.ts";
import type { ReportFrames } from "./report-frames.ts";
import type { Role } from "./roles.ts";
import type { FoldedEvent, FoldedMessage, RoomEvent } from "./room-events.ts";

export type * from "./read-state.ts";
export type * from "./report-frames.ts";
export type * from "./room-events.ts";

/**
 * A private message, as the addressee and the sender's other devices get it.
 */
export interface PrivateMessage {
  type: "private";
  /** The number of the message in the reader's mail. */
  mail: number;
  /** The server's id, the same on both sides. */
  id: string;
  /** The id that the sender chose. */
  clientId?: string;
  user: string;
  username: string;
  to: string;
  text: string;
  /** Any JSON value of the sender's app. */
  data?: unknown;
  /** The app's own server has sent it, under a name that no person can have. */
  bot?: true;
  at: number;
}

/**
 * A message in some room mentions the reader, who reads the text through that
 * room, as far as the reader may enter it.
 */
export interface MentionFrame {
  type: "mention";
  /** The number of the mention among the reader's mail. */
  mail: number;
  room: string;
  epoch: string;
  /** The `seq` of the message: clients count each `seq` as one of their room. */
  of: number;
  /** The author of the message. */
  user: string;
  username: string;
  at: number;
}

export interface WelcomeFrame {
  type: "welcome";
  room: string;
  username: string;
  user: string;
  /** Set only if the server has chosen the secret. */
  token?: string;
  /** The user's role in this room; absent: there is none. */
  role?: Role;
  /** The user may not speak here, until then if there is an end. */
  muted?: { until?: number };
  /** Seconds between two messages of one user; absent: no limit. */
  slow?: number;
  /** Only moderators may speak. */
  locked?: true;
  /** When the connection ends, together with its token. */
  expires?: number;
  /** When the secret of this join ends, if a newer one has replaced it. */
  tokenUntil?: number;
  /** When the registered name ends if it is not used again. */
  registered?: number;
  /** Users whose private messages do not arrive. */
  blocked?: BlockedUser[];
  epoch: string;
  /** The number of the newest visible event. */
  seq: number;
  /** The number of the newest private message of this user. */
  mail: number;
  /** The claim on the name that `mail` counts for. A new claim has new mail. */
  mailEpoch: number;
  /** Sorted names, at most 200. */
  members: string[];
  /** Those of `members` who have data or a role, if the join asked for it. */
  details?: MemberDetails[];
  /** All members, also those that are not listed. */
  count: number;
  /** The events after `since` follow. */
  resumed: boolean;
  /** `since` was too old or unknown: events may be missing. */
  gap: boolean;
  /** The replay was cut. `history` with `after` returns the rest. */
  more: boolean;
  limits: WelcomeLimits;
  /** Names of the app's commands, if it has any. */
  commands?: string[];
  /** The users who may enter, unless everybody may. */
  access?: Exclude<AccessLevel, "open">;
  /** The topic of the room, if it has one. */
  topic?: string;
  /** The `seq` of each pinned message, the newest pin first, if there are any. */
  pins?: number[];
  /** Of a moderator: the open reports, if there are any. */
  reports?: number;
  /** The number up to which the user has read this room, if anything. */
  read?: number;
  /** The same of the user's mail. */
  mailRead?: number;
}

export interface BlockedUser {
  /** The public id. */
  user: string;
  /** The user's name, if it is known. */
  username?: string;
}

export interface WelcomeLimits {
  text: number;
  frame: number;
  history: number;
  /** Days after which nobody reads an event any more. Absent: no limit. */
  historyDays?: number;
  rateBurst: number;
  ratePerSecond: number;
  /** Bytes of JSON in the data of a message. Absent: an older server takes none. */
  data?: number;
  /** Frames of a connection that may wait for the app. Absent: none ever waits. */
  waiting?: number;
  /** The length of their texts together, in UTF-16 code units. */
  waitingText?: number;
  /** How long authors may edit and delete their messages, in seconds; 0: never. */
  editSeconds?: number;
  /** Different emoji that one message may have. */
  reactions?: number;
  /** Characters of a search. Absent: an older server cannot search. */
  search?: number;
  /** Rooms in the list of a user. Absent: an older server has no read markers. */
  rooms?: number;
}

/** A page of events, as they are stored. */
export interface EventPage {
  type: "history";
  messages: RoomEvent[];
  more: boolean;
  epoch: string | null;
  /**
   * The newest event when the page was made. Of a message on this page, a client
   * ignores the events up to it. Older servers do not tell it.
   */
  asOf?: number;
  /** The time that was asked for. Older servers know no times. */
  at?: number;
  fold?: undefined;
}

/** A page of messages as they are now, and of what else people read. */
export interface FoldedPage {
  type: "history";
  fold: true;
  messages: FoldedEvent[];
  more: boolean;
  epoch: string | null;
  /** As in `EventPage`. */
  asOf: number;
  /** As in `EventPage`. */
  at?: number;
  /** The first and the last number that the page covers. */
  from: number;
  to: number;
  /** The first message of the thread, if this is a page of one. */
  thread?: number;
}

export type HistoryPage = EventPage | FoldedPage;

/** Messages that hold the words of a search, as they are now. */
export interface SearchResults {
  type: "results";
  /** The text that was searched for. */
  text: string;
  /** Ascending by `seq`. It may be empty although there are more. */
  messages: FoldedMessage[];
  /** Older events have not been looked at: ask again with `before` = `from`. */
  more: boolean;
  epoch: string | null;
  /** As in `EventPage`. */
  asOf: number;
  /** The first and the last number that were looked at. */
  from: number;
  to: number;
}

export interface RoomAck {
  type: "ack";
  id?: string;
  seq: number;
  at: number;
  duplicate?: true;
}

/** The app has handled a command. */
export interface CommandAck {
  type: "ack";
  id?: string;
  command: string;
  /** The number of the last message that the command said, if it said any. */
  seq?: number;
  at: number;
  duplicate?: true;
}

/** A text of the app for the user who wrote a command. */
export interface CommandReply {
  type: "reply";
  command: string;
  text: string;
  /** The id of the command. */
  id?: string;
}

export interface PrivateAck {
  type: "ack";
  id?: string;
  /** The addressee's name in its own spelling. */
  to: string;
  /** The server's id of the message. */
  private: string;
  at: number;
  /** The message has reached a live connection of the addressee. */
  delivered: boolean;
  /** When the addressee's claim ends, and the mail with it. */
  expires?: number;
  duplicate?: true;
}

export interface PresenceFrame {
  /** `updated`: a member who stays has other data now, or none. */
  type: "joined" | "updated" | "left";
  user: string;
  username: string;
  /** The data that the app gives to its user; never of `left`. */
  data?: unknown;
  /** The user's role in the room; never of `left`. */
  role?: Role;
  at: number;
}

/** A member with the data that the app gives to its user, and the role here. */
export interface MemberDetails {
  user: string;
  username: string;
  data?: unknown;
  role?: Role;
}

export interface MembersFrame {
  type: "members";
  members: string[];
  /** Each of `members`, in the same order, if `who` asked for it. */
  details?: MemberDetails[];
  count: number;
  more: boolean;
}

export interface ErrorFrame {
  type: "error";
  code: ErrorCode;
  message: string;
  reason?: ErrorReason;
  id?: string;
  /** Milliseconds. */
  retryAfter?: number;
  /** When a ban or a mute ends; absent: it has no end. */
  until?: number;
}

/** Sent to every connection of the user, in all rooms. */
export type AccountFrame =
  /** The name is kept until then if it is not used again. */
  | { type: "registered"; username: string; until: number }
  /**
   * The user keeps the name as a guest. Nobody else gets it before that time.
   */
  | { type: "released"; username: string; restsUntil: number }
  /** A new secret opens the name. Older ones do so until that time. */
  | { type: "rotated"; username: string; until: number }
  /** The complete list of blocked users. */
  | { type: "blocked"; blocked: BlockedUser[] };

/** A frame from the server. Clients ignore unknown types and fields. */
export type ServerFrame =
  | WelcomeFrame
  | HistoryPage
  | SearchResults
  | RoomEvent
  | PrivateMessage
  | MentionFrame
  | RoomAck
  | PrivateAck
  | CommandAck
  | CommandReply
  | PresenceFrame
  | MembersFrame
  | AccountFrame
  | ReportFrames
  | ReadFrames
  | { type: "count"; count: number }
  | { type: "typing"; user: string; username: string }
  | {
      type: "reset";
      epoch: string;
      seq: number;
      /** As in `WelcomeFrame`, of the new log. */
      topic?: string;
      pins?: number[];
    }
  | { type: "help"; text: string }
  | { type: "pong" }
  | ErrorFrame;
