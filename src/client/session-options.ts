// Session options: a room gives its session these.
import type { Account } from "./account.ts";
import type { Emitter } from "./emitter.ts";
import type { RoomEvent } from "./events.ts";
import type { ActionTarget } from "./shown-message.ts";

export interface SessionOptions {
  readonly account: Account;
  /** As the app spells it. */
  readonly room: string;
  /** Older messages to begin with, 0 to 200. */
  readonly history: number;
  /** The code of an invitation. */
  readonly invite: string | undefined;
  /** Messages in the snapshot. */
  readonly maxMessages: number;
  /** Emits the events of the room. */
  readonly target: Emitter<RoomEvent, unknown>;
  /** Gets what the methods of messages do. */
  readonly actions: ActionTarget;
}
