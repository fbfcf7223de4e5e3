// App verdicts: a room asks the app about joins and texts, and gets a verdict as plain data, at once or by a call.
import type { Role } from "../../protocol/roles.ts";
import type { AccountKind } from "./account-kind.ts";
import type { DeliverEvents } from "./event-batches.ts";
import type { Refused } from "./refusal.ts";

/** The user behind an action, as the app sees them. */
export interface HookUser {
  /** The public id, which all clients see as `user`. */
  readonly id: string;
  readonly username: string;
  readonly kind: AccountKind | "bot";
  /** The user's role in the room; absent: there is none. */
  readonly role?: Role;
  /** The user's custom data; absent: there is none. */
  readonly data?: unknown;
}

/** The app allows an action, with other values in the fields that are there. */
export interface Allowed {
  readonly type: "allowed";
  readonly text?: string;
  /** Of a text, or of the user who joins. Undefined: there is none any more. */
  readonly data?: unknown;
  /** Of a user who joins: the role in the room, for this connection. */
  readonly role?: Role;
  /** Of a command: texts for its user, and for the room. */
  readonly replies?: readonly string[];
  readonly says?: readonly string[];
}

export type AppVerdict = Allowed | Refused;

/** A verdict, or the number under which a call asks for it once it is there. */
export type AppAnswer =
  | AppVerdict
  | { readonly type: "pending"; readonly ticket: number };

interface Question {
  readonly room: string;
  /** The W3C trace context of the request that has led to it. */
  readonly traceparent?: string;
  readonly user: HookUser;
}

export interface TextQuestion extends Question {
  /** What the text is for; absent: a message. */
  readonly kind?: "edit" | "topic" | "report";
  /** The seq of the message that is edited or reported. */
  readonly of?: number;
  readonly text: string;
  readonly data?: unknown;
  readonly id?: string;
}

export interface PrivateTextQuestion extends TextQuestion {
  /** The name of the addressee. */
  readonly to: string;
  /** The public id of the addressee, if the message is for this user only. */
  readonly toUser?: string;
}

export interface CommandQuestion extends Question {
  /** One of `commands`. */
  readonly name: string;
  readonly args: string;
  /** The id that the client chose. */
  readonly id?: string;
}

/**
 * The questions that the app answers. They run inside of an event, so each
 * returns at once.
 */
export interface AppHooks {
  join?(question: Question): AppAnswer;
  message?(question: TextQuestion): AppAnswer;
  privateMessage?(question: PrivateTextQuestion): AppAnswer;
  /** Names of the app's commands, sorted. */
  readonly commands: readonly string[];
  command?(question: CommandQuestion): AppAnswer;
  /** The app wants to know of users who leave. */
  readonly hearsLeaves: boolean;
  /** The app wants all stored events. Absent: it does not. */
  readonly hearsEvents?: boolean;
}

/** Room to app: which verdict has this ticket? The reply may take seconds. */
export interface AwaitVerdict {
  readonly type: "verdict";
  readonly ticket: number;
}

/** Room to app: the user is not in the room any more. */
export interface UserLeft extends Question {
  readonly type: "user-left";
}

export type AppOp = AwaitVerdict | UserLeft | DeliverEvents;
