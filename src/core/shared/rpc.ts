// RPC: rooms and directories ask each other with these ops and replies, which are plain data and stay readable in other releases.
import type { Allowed, AppOp } from "./app-verdicts.ts";
import type {
  DirectoryOp,
  Entered,
  MyRoomsPage,
  Person,
  Posted,
} from "./directory-requests.ts";
import type {
  Dump,
  LoadKeys,
  LoadName,
  LoadRefused,
  LoadRoom,
  ReadDump,
} from "./dump-requests.ts";
import type { EndpointOp, EndpointReply } from "./endpoint-requests.ts";
import type {
  ErasedHolder,
  ErasedInRoom,
  ErasedUsers,
  EraseHolder,
  EraseInRoom,
  EraseLetters,
  ErasureOp,
  ErasureState,
} from "./erase-requests.ts";
import type { EndpointGone } from "./event-batches.ts";
import type { KeyList, KeyOp, KeyRefused } from "./key-requests.ts";
import type { Holder, NameAdminOp } from "./name-admin-requests.ts";
import type { Refused } from "./refusal.ts";
import type { RegistryOp, RoomList } from "./registry-requests.ts";
import type { RoomAdminOp, RoomFigures } from "./room-admin-requests.ts";
import type {
  Challenge,
  Deliver,
  Evict,
  Found,
  Import,
  Info,
  Notice,
  Page,
  ReadAs,
  ReadInfo,
  ReadMessages,
  ReadSearch,
  ReadUnread,
  ResultPage,
  Unread,
} from "./room-requests.ts";
import type {
  ChangeAs,
  CloseReport,
  MemberPage,
  ModerateAs,
  ModerateRoom,
  Publish,
  PublishAs,
  Published,
  ReactAs,
  ReadMembers,
  ReadReports,
  ReportClosed,
  ReportPage,
} from "./server-requests.ts";
import type { Verified } from "./verified.ts";

export type { Refused, Verified };

/** Room to issuer: which user has this token of the app? */
export interface Verify {
  readonly type: "verify";
  readonly token: string;
}

export type RoomOp =
  | Deliver
  | Challenge
  | Evict
  | Notice
  | ReadUnread
  | ReadInfo
  | ReadMessages
  | ReadSearch
  | ReadAs
  | ReadMembers
  | Publish
  | PublishAs
  | ChangeAs
  | ReactAs
  | ModerateRoom
  | ModerateAs
  | ReadReports
  | CloseReport
  | EndpointOp
  | RoomAdminOp
  | EraseInRoom
  | ReadDump
  | LoadRoom
  | Import;

export type Op =
  | DirectoryOp
  | EraseHolder
  | EraseLetters
  | RoomOp
  | KeyOp
  | RegistryOp
  | ErasureOp
  | LoadName
  | LoadKeys
  | Verify
  | AppOp
  | NameAdminOp;

export interface Done {
  readonly type: "done";
  /** Nothing was done: this stored version is above the one that came. */
  readonly newest?: number;
  /**
   * Reply to a `copy` with `sole`: has the sender other connections, in other
   * rooms? Then the next copies should not wait. Absent: an older release.
   */
  readonly isWatched?: boolean;
}

export type Reply =
  | Entered
  | MyRoomsPage
  | Unread
  | Verified
  | Posted
  | Refused
  | Person
  | Found
  | Info
  | Page
  | ResultPage
  | MemberPage
  | Published
  | ReportPage
  | ReportClosed
  | KeyList
  | KeyRefused
  | RoomList
  | RoomFigures
  | Holder
  | ErasedInRoom
  | ErasedHolder
  | ErasureState
  | ErasedUsers
  | Dump
  | LoadRefused
  | Allowed
  | EndpointReply
  | EndpointGone
  | Done;
