// What a server says: the types of its frames, apart from the schemas, so that a client's types need no package.
import type { ErrorCode, ErrorReason } from "./errors.ts";

/** A stored room message; also what `history.messages` holds. */
export interface RoomMessage {
  type: "message";
  /** Its number among the room's events. */
  seq: number;
  room: string;
  /** Public id of the identity that sent it. */
  user: string;
  username: string;
  text: string;
  /** Milliseconds since 1970, by the server. */
  at: number;
  /** The client's own id for it. */
  id?: string;
}

/** Any event that a room stores: see `events.ts` for the table of kinds. */
export type RoomEvent = RoomMessage;

/** A private message as its addressee, or its sender's other devices, see it. */
export interface PrivateMessage {
  type: "private";
  /** Its number in the reader's mail. */
  mail: number;
  /** The server's id for it, the same on both sides. */
  id: string;
  /** The sender's own id for it. */
  clientId?: string;
  user: string;
  username: string;
  to: string;
  text: string;
  at: number;
}

export interface WelcomeFrame {
  type: "welcome";
  room: string;
  username: string;
  user: string;
  /** Only where the server chose the secret. */
  token?: string;
  /** When the connection ends, with the token it came by. */
  expires?: number;
  /** When the secret that was brought ends, if it has been changed. */
  tokenUntil?: number;
  /** Until when a registered name is theirs if it is not used again. */
  registered?: number;
  /** Those whose private messages the user does not have. */
  blocked?: BlockedUser[];
  epoch: string;
  /** Number of the newest event that anybody has seen. */
  seq: number;
  /** Number of the newest private message of this user. */
  mail: number;
  /** Which claim on the name it counts for: a new claim has new mail. */
  mailEpoch: number;
  /** Names, sorted, at most 200. */
  members: string[];
  /** Members in all. */
  count: number;
  /** The events after `since` follow. */
  resumed: boolean;
  /** `since` could not be honoured: something may have been missed. */
  gap: boolean;
  /** The replay was cut; go on with `history` and `after`. */
  more: boolean;
  limits: WelcomeLimits;
}

export interface BlockedUser {
  /** Public id. */
  user: string;
  /** What they were called, where that is known. */
  username?: string;
}

export interface WelcomeLimits {
  text: number;
  frame: number;
  history: number;
  rateBurst: number;
  ratePerSecond: number;
}

export interface HistoryPage {
  type: "history";
  messages: RoomEvent[];
  more: boolean;
  epoch: string | null;
}

export interface RoomAck {
  type: "ack";
  id?: string;
  seq: number;
  at: number;
  duplicate?: true;
}

export interface PrivateAck {
  type: "ack";
  id?: string;
  /** The addressee's name as they spell it. */
  to: string;
  /** The server's id for the message. */
  private: string;
  at: number;
  /** Has it reached a live connection of the addressee? */
  delivered: boolean;
  /** When the addressee's claim, and the mail with it, ends. */
  expires?: number;
  duplicate?: true;
}

export interface PresenceFrame {
  type: "joined" | "left";
  user: string;
  username: string;
  at: number;
}

export interface MembersFrame {
  type: "members";
  members: string[];
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
}

/** Told to every connection of who did it, in whatever room. */
export type AccountFrame =
  /** The name is theirs until then if it is not used again. */
  | { type: "registered"; username: string; until: number }
  /** A guest has it from now on, and nobody else before then. */
  | { type: "released"; username: string; restsUntil: number }
  /** Another secret opens the name; older ones do until then. */
  | { type: "rotated"; username: string; until: number }
  /** All that are blocked now. */
  | { type: "blocked"; blocked: BlockedUser[] };

/** A frame from the server. Clients ignore types and fields they don't know. */
export type ServerFrame =
  | WelcomeFrame
  | HistoryPage
  | RoomMessage
  | PrivateMessage
  | RoomAck
  | PrivateAck
  | PresenceFrame
  | MembersFrame
  | AccountFrame
  | { type: "count"; count: number }
  | { type: "typing"; user: string; username: string }
  | { type: "reset"; epoch: string; seq: number }
  | { type: "help"; text: string }
  | { type: "pong" }
  | ErrorFrame;
