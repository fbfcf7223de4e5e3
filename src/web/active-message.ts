// Active message: names the message whose toolbar is shown, at most one.
import { signal } from "@preact/signals";

/** The id of the conversation, a space, and the key of the message. */
export const activeMessage = signal<string | null>(null);
