// Dialog state: holds the dialog that is open, at most one.
import { signal } from "@preact/signals";

export type Dialog =
  | {
      readonly kind:
        | "conversations"
        | "members"
        | "join"
        | "account"
        | "settings";
    }
  | { readonly kind: "leave"; readonly room: string }
  | {
      readonly kind: "user";
      readonly name: string;
      /** The public id of the user, if known. */
      readonly user?: string | undefined;
    };

export const dialog = signal<Dialog | null>(null);

export function closeDialog(): void {
  dialog.value = null;
}
