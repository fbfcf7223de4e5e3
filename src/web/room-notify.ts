// Room notify: keeps the user's choice for each room of the messages that notify.
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import { userKey } from "./identity.ts";
import { deviceStore, onOtherTabChange } from "./local-store.ts";

/** "default": the room follows the settings of the page. */
export const ROOM_NOTIFY = ["default", "all", "mentions", "none"] as const;
export type RoomNotify = (typeof ROOM_NOTIFY)[number];

const KIND = "notify";

/** Counts the changes of the choices that the store has. */
const changes = signal(0);

onOtherTabChange((key) => {
  if (key.startsWith(`${KIND}:`)) changes.value++;
});

/**
 * The choice for a room, in all tabs of this browser. A signal follows it.
 *
 * @param name the name of the user
 * @param room the id of the room
 */
export function roomNotify(name: string, room: string): RoomNotify {
  changes.value;
  return storedRoomNotify(name, room);
}

/** Like `roomNotify`, but no signal follows it. */
export function storedRoomNotify(name: string, room: string): RoomNotify {
  const stored = deviceStore.get(userKey(KIND, name, room));
  return ROOM_NOTIFY.find((one) => one === stored) ?? "default";
}

export function setRoomNotify(
  name: string,
  room: string,
  choice: RoomNotify,
): void {
  const key = userKey(KIND, name, room);
  if (choice === "default") deviceStore.remove(key);
  else deviceStore.set(key, choice);
  changes.value++;
}

/**
 * Does a message cause a sound and a notification?
 *
 * @param isForMe it is private, or mentions the user
 * @param about the messages that notify by the settings of the page
 */
export function isNotified(
  choice: RoomNotify,
  isForMe: boolean,
  about: "mine" | "all",
): boolean {
  if (choice === "none") return false;
  return isForMe || (choice === "default" ? about : choice) === "all";
}

/** The unread messages of a conversation that the title of the page counts. */
export function notifiedCount({
  kind,
  me,
  id,
  unread,
}: Pick<Conversation, "kind" | "me" | "id" | "unread">): number {
  const { count, mentions } = unread.value;
  const choice = kind === "room" ? roomNotify(me, id) : "default";
  if (choice === "none") return 0;
  return choice === "mentions" ? mentions : count;
}
