// Command: each row of the command table tells the pipeline how to handle one type of frame.
import type {
  Allowed,
  AppAnswer,
  AppHooks,
  HookUser,
} from "../../shared/app-verdicts.ts";
import type { Refusal } from "../../shared/refusal.ts";
import type { MemberAuthor } from "../author.ts";
import type { Connection } from "../connection.ts";
import type { RoomContext } from "../context.ts";
import type { RateClass } from "../flood-control.ts";

/** The hook of the app that decides about a command, where the app has it. */
export interface CommandHook<Frame> {
  readonly name: "message" | "privateMessage" | "command";
  /** Asks the app. @returns null: the app does not have the hook */
  ask(
    hooks: AppHooks,
    question: { readonly room: string; readonly user: HookUser },
    frame: Frame,
  ): AppAnswer | null;
}

/** A command that needs no name: it runs in any state but while a join waits. */
export interface ConnectionCommand<Frame> {
  readonly needs: "connection";
  /** It runs at once while frames before it wait for the app. */
  readonly isUnordered?: boolean;
  run(
    context: RoomContext,
    connection: Connection,
    frame: Frame,
    now: number,
  ): void;
}

/** A command that only a member of the room may send. */
export interface MemberCommand<Frame> {
  readonly needs: "joined";
  /** The rate that limits it; null: no rate does. */
  readonly rate: RateClass | null;
  /** It appends an event: an id that came before gets the first ack again. */
  readonly isAppended?: boolean;
  readonly isUnordered?: boolean;
  /** The user speaks by it: those who are muted may not. */
  readonly isSpeech?: boolean;
  /** It ends the membership. */
  readonly isLast?: boolean;
  /**
   * Acks a frame that says what was stored before.
   *
   * @returns false if it is new
   */
  ackRepeated?(
    context: RoomContext,
    author: MemberAuthor,
    frame: Frame,
  ): boolean;
  readonly hook?: CommandHook<Frame>;
  /**
   * Can this be done now? Looked at before the app is asked. `run` has to look
   * again in any case, since the app may take its time.
   *
   * @returns the refusal, or null
   */
  check?(
    context: RoomContext,
    author: MemberAuthor,
    frame: Frame,
    now: number,
  ): Refusal | null;
  run(
    context: RoomContext,
    author: MemberAuthor,
    frame: Frame,
    now: number,
    /** The verdict of the app, where it was asked. */
    allowed?: Allowed,
  ): void;
}

export type Command<Frame> = ConnectionCommand<Frame> | MemberCommand<Frame>;
