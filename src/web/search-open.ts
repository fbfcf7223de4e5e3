// Search open: names the room whose search panel is open.
import { signal } from "@preact/signals";

/** The id of the room; null: the panel is closed. */
export const searchedRoom = signal<string | null>(null);
