// Compose target: names the message that the composer answers or edits.
import { type Signal, signal } from "@preact/signals";
import type { DisplayMessage } from "./display-message.ts";

export type ComposeTarget =
  | { readonly kind: "reply"; readonly message: DisplayMessage }
  | {
      readonly kind: "edit";
      readonly message: DisplayMessage;
      /**
       * The new text. It takes the place of the draft, and is not stored: after
       * a reload it would look like a new message.
       */
      readonly text: Signal<string>;
    };

export function editTarget(
  message: DisplayMessage,
  text = message.text,
): ComposeTarget {
  return { kind: "edit", message, text: signal(text) };
}
