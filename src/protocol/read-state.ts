// Read state: defines the types of the frames that tell of read markers and of one's rooms, for clients and servers.

// No frame here has a `seq` of its own: older clients would take it for an event.

/** The user has read so far, as another connection of the same user says. */
export type ReadNotice =
  | { type: "read"; read: number; epoch: string }
  /** Of the user's mail. */
  | { type: "read"; mail: number };

/** A member of a small room has read so far. It is stored nowhere. */
export interface SeenFrame {
  type: "seen";
  user: string;
  username: string;
  read: number;
}

/** A room that the user is or was in. Without figures the room did not answer. */
export interface VisitedRoom {
  room: string;
  epoch?: string;
  /** The number of the newest event. */
  seq?: number;
  /** The number up to which the user has read; 0: nothing. */
  read?: number;
  /** Messages of others after `read`: exact to 99; 100: that many or more. */
  unread?: number;
  /** Mentions of the user there that are unread; absent: none. */
  mentions?: number;
  /** The time of the newest event, ms since 1970; absent: there is none. */
  at?: number;
}

/** A page of the user's rooms, the last entered or left first. */
export interface RoomsPage {
  type: "rooms";
  /** At most 20. It may have fewer although there are more. */
  rooms: VisitedRoom[];
  more: boolean;
  /** Of the next page, if there is one. */
  before?: string;
}

/** A room was taken off the list. */
export interface ForgottenFrame {
  type: "forgotten";
  room: string;
}

export type ReadFrames = ReadNotice | SeenFrame | RoomsPage | ForgottenFrame;
