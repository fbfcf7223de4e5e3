// Connection: a room holds each open WebSocket with its state, from opened to joined, and the member that it belongs to.
import type { JoinFrame } from "../../protocol/client-frames.ts";
import type { Role } from "../../protocol/roles.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { AppVerdict } from "../shared/app-verdicts.ts";
import type { Conn } from "../shared/contract.ts";
import type { Rank } from "../shared/directory-requests.ts";
import type { Mail } from "../shared/mail-records.ts";
import type { Principal } from "../shared/principal.ts";
import type { HolderRef } from "../shared/room-requests.ts";
import type { TokenBucket } from "../shared/token-bucket.ts";
import type { MemberMarks } from "./read-marks.ts";

export interface Connection {
  /** The host's handle for it. */
  readonly conn: Conn;
  /** Tells connections apart across objects. */
  readonly id: string;
  /** It gets lines for people instead of JSON. */
  readonly text: boolean;
  /** It speaks `edge-chat.v1`: several objects in one frame. */
  readonly batch: boolean;
  /** The principal of its `Authorization: Bearer`, once that is known. */
  bearer: Principal | null;
  refusedJoins: number;
  /** When its newest frame arrived, ms since 1970; 0 if before a sleep. */
  lastFrameAt: number;
  /** Private messages and account commands that wait for their answer. */
  privatesInFlight: number;
  /** A search of the connection goes on. */
  isSearching?: boolean;
  /** Frames in a row that came too fast. */
  strikes: number;
  /** Limits joins. */
  joins: TokenBucket | null;
  /** Limits frames that neither the join rate nor a member's rate counts. */
  unmetered: TokenBucket | null;
  /** Frames that wait for the app's verdicts; null: none does. */
  waiting: TurnQueue | null;
  /** The room's event cursors, which its attachment has; null: another has them. */
  eventCursors: string | null;
  /** The client's network, as the host tells it; null: it is not known. */
  network: string | null;
  /** The trace context of its upgrade, until a sleep; absent: it had none. */
  traceparent?: string;
  state: ConnectionState;
}

/** A frame that waits. */
export interface Turn {
  /** Length of the frame's text, in UTF-16 code units. */
  readonly size: number;
  /** Asks the app about it; null: nobody is asked, or the app has been asked. */
  ask: ((now: number) => void) | null;
  /** The verdict on it; null: the app has not answered yet. */
  verdict: AppVerdict | null;
  /** Handles the frame, by the verdict. */
  run(verdict: AppVerdict, now: number): void;
}

/** The frames of one connection that wait, in the order of arrival. */
export interface TurnQueue {
  readonly turns: Turn[];
  /** Length of their texts, in UTF-16 code units. */
  size: number;
  /** Frames among them about which the app has been asked, without an answer yet. */
  asked: number;
  /** A frame among them may end the membership, so each later one waits unread. */
  mayLeave: boolean;
}

export type ConnectionState = New | Authenticating | Joining | Joined;

export interface New {
  readonly kind: "new";
}
/** The connection waits until its token has been verified. */
export interface Authenticating {
  readonly kind: "authenticating";
  /** Frames that arrived meanwhile; null is a binary one. */
  readonly buffered: (string | null)[];
  bufferedBytes: number;
}
/** The connection waits for the directory. */
export interface Joining {
  readonly kind: "joining";
  readonly join: JoinFrame;
  /** The name that the user asked for, as it is spelled. */
  readonly username: string;
  /** The name that the directory is asked for, which may have a suffix, and its key. */
  requestedName: string;
  key: string;
  readonly identity: string;
  readonly rank: Rank;
  /** Names that were taken by other users of the app. */
  attempts: number;
  /** Version of the newest enter. */
  version: number;
  /** The directory has given the name to another user since. */
  isEvicted: boolean;
  /** When the connection must end, ms since 1970. */
  readonly expires: number | null;
  /** The secret itself, if the server chose it. */
  readonly token: string | null;
  /** An app's token names this room. */
  readonly namesRoom: boolean;
  /** In a guarded room: nothing shows yet that the user may enter. */
  readonly isOutsider: boolean;
  /** JSON text of the user's data; null: none. The member gets it with the join. */
  data: string | null;
  /** The role that the token gives here, or the app; null: none. */
  role: Role | null;
  /** The join came with the URL: a refusal closes the connection. */
  readonly byUrl: boolean;
  /** Frames that arrived meanwhile; null is a binary one. */
  readonly buffered: (string | null)[];
  bufferedBytes: number;
  /** Mail that the directory delivered meanwhile. */
  readonly mail: LateMail[];
  /** Frames for all connections of the user that arrived meanwhile. */
  readonly notices: string[];
}
export interface Joined {
  readonly kind: "joined";
  readonly member: Member;
  /** Hash of the secret that the connection joined by, unless that is the identity. */
  secret: string | null;
  readonly device: string | null;
  /** When the connection must end, ms since 1970. */
  readonly expires: number | null;
  /** An app's token names this room. */
  readonly namesRoom: boolean;
  /** The role that the token gives here, or the app; null: none. */
  readonly role: Role | null;
  /** A newer secret has replaced that of the join, which no role goes with. */
  hasOldSecret: boolean;
  /** Number of the newest mail that the connection was sent. */
  mail: number;
  /** Epoch of the claim that the connection joined by; 0: not known. */
  readonly epoch: number;
  /** The client confirms with `received` which mail has arrived. */
  confirms: boolean;
}
/** Mail with the epoch of its claim, if that is known. */
interface LateMail extends Mail {
  readonly epoch?: number | undefined;
}

/** Member: one user in the room, with all connections of that user. */
export interface Member {
  /** Key of the name. */
  readonly key: string;
  readonly identity: string;
  /** Public id of the identity. */
  readonly user: string;
  readonly username: string;
  /** In older versions known only where the app has hooks; otherwise `guest`. */
  accountKind: AccountKind;
  /** Version of the newest enter; 0 if before a sleep. */
  version: number;
  /** Epoch of the claim that the member entered by; 0: not known, of older versions. */
  epoch: number;
  /** JSON text of the user's data, of the newest join; null: none. */
  data: string | null;
  readonly connections: Set<Connection>;
  /** How far the member has read; null: nothing. */
  marks: MemberMarks | null;
  /** When the member counts as gone, after the last connection closed. */
  graceEndsAt: number | null;
  /** One bucket for each rate class, shared by the connections. */
  send: TokenBucket | null;
  react: TokenBucket | null;
  read: TokenBucket | null;
  typing: TokenBucket | null;
  received: TokenBucket | null;
  marking: TokenBucket | null;
  rooms: TokenBucket | null;
}

/** @returns the member, or null while the connection has not joined */
export function memberOf({ state }: Connection): Member | null {
  return state.kind === "joined" ? state.member : null;
}

/** Does the connection wait for this holder's name, by any of the holder's secrets? */
export function isJoiningAs(
  state: ConnectionState,
  { key, identity, also = [] }: HolderRef,
): state is Joining {
  return (
    state.kind === "joining" &&
    state.key === key &&
    [identity, ...also].includes(state.identity)
  );
}

/** The epoch of the claim that the connection joined by, if that is known. */
export function knownEpoch({ epoch }: Joined): { epoch?: number } {
  return epoch === 0 ? {} : { epoch };
}
