// Server requests: the app's own server asks rooms with these ops and replies, which are part of rpc.ts.
import type {
  CloseReportFrame,
  DeleteFrame,
  EditFrame,
  ModerateFrame,
  ReactFrame,
  ReportsFrame,
} from "../../protocol/client-frames.ts";
import type { ReportsPage } from "../../protocol/report-frames.ts";
import type { MemberDetails } from "../../protocol/server-frames.ts";
import type { Verified } from "./verified.ts";

/** Host to room: members after a name, sorted by name. */
export interface ReadMembers {
  readonly type: "members";
  readonly after?: string;
}

/** Host to room: a bot of the app sends a message, which the host has checked. */
export interface Publish {
  readonly type: "publish";
  readonly identity: string;
  /** With the prefix of bots. */
  readonly username: string;
  readonly text: string;
  readonly data?: unknown;
  /** The app's own id: the same again gets the first reply. */
  readonly id?: string;
}

/** The sender of something that comes by HTTP. */
export type PublishedBy =
  | {
      readonly kind: "bot";
      readonly identity: string;
      /** With the prefix of bots. */
      readonly username: string;
      /** Custom data for the app's hooks. */
      readonly data?: unknown;
    }
  | {
      readonly kind: "guest";
      readonly secret: string;
      readonly username: string;
      /** As in a `ConnectRequest`. */
      readonly network?: string | null;
    }
  | { readonly kind: "app"; readonly verified: Verified };

/** Host to room: somebody publishes a message by HTTP, whose token the host has checked. */
export interface PublishAs {
  readonly type: "publish-as";
  readonly by: PublishedBy;
  readonly text: string;
  readonly data?: unknown;
  /** The publisher's own id: the same again gets the first reply. */
  readonly id?: string;
}

/** Host to room: a bot of the app, or the operator, moderates the room. */
export interface ModerateRoom {
  readonly type: "moderate";
  readonly identity: string;
  /** With the prefix of bots. */
  readonly username: string;
  /** The host has checked it. */
  readonly frame: ModerateFrame;
}

/** A user of the app, whose token the host has checked. */
export type ByAppUser = Extract<PublishedBy, { kind: "app" }>;

/** Host to room: a user of the app moderates it, by the role there. */
export interface ModerateAs {
  readonly type: "moderate-as";
  readonly by: ByAppUser;
  /** The host has checked it. */
  readonly frame: ModerateFrame;
}

/** Host to room: a page of its reports. */
export interface ReadReports {
  readonly type: "reports";
  /** A user of the app who may moderate; absent: the app itself. */
  readonly by?: ByAppUser;
  readonly page: Omit<ReportsFrame, "type">;
}

/** Host to room: a bot of the app, or a user who may moderate, closes a report. */
export interface CloseReport {
  readonly type: "close-report";
  readonly by: Exclude<PublishedBy, { kind: "guest" }>;
  readonly frame: CloseReportFrame;
}

/** Host to room: somebody edits or deletes a message by HTTP. */
export interface ChangeAs {
  readonly type: "change-as";
  readonly by: PublishedBy;
  readonly frame: EditFrame | DeleteFrame;
}

/** Host to room: somebody reacts to a message by HTTP. */
export interface ReactAs {
  readonly type: "react-as";
  readonly by: PublishedBy;
  readonly frame: ReactFrame;
}

/** Reply to `reports`. */
export interface ReportPage {
  readonly type: "reports";
  readonly page: Omit<ReportsPage, "type">;
}

/** Reply to `close-report`. */
export interface ReportClosed {
  readonly type: "report-closed";
  readonly at: number;
  /** It was closed before, at that time. */
  readonly duplicate?: true;
}

/** Reply to `members`. */
export interface MemberPage {
  readonly type: "members";
  readonly members: readonly MemberDetails[];
  readonly more: boolean;
}
/** Reply to all requests that store an event: it is stored. */
export interface Published {
  readonly type: "published";
  readonly seq: number;
  readonly at: number;
  readonly duplicate?: true;
}
