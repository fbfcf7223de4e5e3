// Dialog state: holds the dialog that is open, at most one.
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { PersonAction } from "./moderation-actions.ts";

/** The menu of a message, the emoji for it, or the question before it is reported or goes. */
export interface MessageDialogState {
  readonly kind: "message" | "react" | "report" | "delete";
  readonly conversation: Conversation;
  readonly message: DisplayMessage;
  /** Where it opens in a wide window; absent: in the middle. */
  readonly anchor?: DOMRect | undefined;
}

/** The question before a moderator acts on a user. */
export interface ModerateDialogState {
  readonly kind: "moderate";
  readonly room: string;
  readonly action: PersonAction;
  readonly name: string;
  /** The public id of the user, if known. */
  readonly user?: string | undefined;
  /** The dialog that it returns to. */
  readonly back?: Dialog;
}

export type Dialog =
  | {
      readonly kind:
        | "conversations"
        | "members"
        | "join"
        | "account"
        | "settings"
        | "switcher";
    }
  | {
      readonly kind: "leave" | "room" | "reports" | "seen";
      readonly room: string;
    }
  | MessageDialogState
  | ModerateDialogState
  | {
      readonly kind: "date";
      readonly room: string;
      /** A time of the day to begin with; absent: today. */
      readonly at?: number;
    }
  | {
      readonly kind: "user";
      readonly name: string;
      /** The public id of the user, if known. */
      readonly user?: string | undefined;
    };

export const dialog = signal<Dialog | null>(null);

/** Opens the quick switcher, or closes it. Another dialog stays. */
export function toggleSwitcher(): void {
  const open = dialog.peek()?.kind;
  if (open === undefined) dialog.value = { kind: "switcher" };
  else if (open === "switcher") closeDialog();
}

export function closeDialog(): void {
  dialog.value = null;
}
