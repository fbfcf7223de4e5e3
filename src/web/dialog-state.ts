// Which dialog is open over the page: one at most.
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
      /** Their public id, where it is known. */
      readonly user?: string | undefined;
    };

export const dialog = signal<Dialog | null>(null);

export function closeDialog(): void {
  dialog.value = null;
}
