// Notifications: announce a new message to screen readers, and tell a user who looks elsewhere.
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import { embedder } from "./embedder.ts";
import { explainError } from "./error-text.ts";
import { texts } from "./i18n.ts";
import { callsUser } from "./mentions.ts";
import { onDemandParts } from "./on-demand.ts";
import {
  isNotified,
  type RoomNotify,
  storedRoomNotify,
} from "./room-notify.ts";
import { notifications, notifyAbout, sound } from "./settings.ts";
import type { SessionListener } from "./user-session.ts";

/**
 * The text for screen readers. The count changes each time, since a text may
 * repeat.
 */
export const announcement = signal({ count: 0, text: "" });

/** False in an embedded page: browsers do not allow it to ask. */
export const canNotify = "Notification" in window && embedder === "";

/** Returns true if the user looks at the page. */
export function isPageFocused(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** The parts of the app state that notifications depend on. */
export interface ScreenState {
  /** The name of the user. */
  readonly name: string;
  isOpen(conversation: Conversation): boolean;
  showConversation(conversation: Conversation): void;
  /** Opens a room, which may not be joined, at a message. */
  showMessage(room: string, seq: number): void;
}

export function createListener(screen: ScreenState): SessionListener {
  return {
    onRoomMessage(room, message) {
      const { mine, isReplay, user, username, text, seq } = message;
      if (mine || isReplay || room.blocked.peek().has(user)) return;
      const content = {
        spokenText: texts.peek().messageLabel(username, text),
        title: `${username} · ${room.title}`,
        text,
        tag: `${room.title} ${seq}`,
        isForMe: callsUser(message, screen.name, room.user.peek().user),
      };
      const choice = storedRoomNotify(screen.name, room.id);
      const show = () => screen.showMessage(room.id, seq);
      notifyUser(content, screen.isOpen(room), show, choice);
    },
    onMention(mention) {
      const { room, of } = mention;
      const content = onDemandParts
        .peek()
        ?.mentionNotification(mention, Date.now());
      if (content)
        notifyUser(content, false, () => screen.showMessage(room, of));
    },
    onSendFailed({ code, message }) {
      // A closed page is no failure: the message is sent the next time.
      if (code === "closed") return;
      const t = texts.peek();
      announce(`${t.failed}. ${explainError({ code, message }, t)}`);
    },
    onPrivateMessage(peer, message) {
      const { mine, isReplay, username, text, id } = message;
      if (mine || isReplay) return;
      const content = {
        spokenText: texts.peek().privateLabel(username, text),
        title: username,
        text,
        tag: id,
        isForMe: true,
      };
      notifyUser(content, screen.isOpen(peer), () =>
        screen.showConversation(peer),
      );
    },
  };
}

export interface NotificationContent {
  readonly spokenText: string;
  readonly title: string;
  readonly text: string;
  /** Several tabs show a single notification for one tag. */
  readonly tag: string;
  /** True for a private message, or a message that mentions the user. */
  readonly isForMe: boolean;
}

/**
 * @param show opens what it is about
 * @param choice the user's choice for the room
 */
function notifyUser(
  content: NotificationContent,
  isOpen: boolean,
  show: () => void,
  choice: RoomNotify = "default",
): void {
  const { spokenText, isForMe } = content;
  if (isOpen || (isForMe && choice !== "none")) announce(spokenText);
  if (isOpen && isPageFocused()) return;
  if (!isNotified(choice, isForMe, notifyAbout.peek())) return;
  const parts = onDemandParts.peek();
  if (notifications.peek() === "on") parts?.showNotification(content, show);
  if (sound.peek() === "on") parts?.playSound();
}

/** Says a text to a screen reader. */
export function announce(text: string): void {
  announcement.value = { count: announcement.peek().count + 1, text };
}
