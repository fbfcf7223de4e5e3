// Notifications: announce a new message to screen readers, and show it on the desktop if the user looks elsewhere.
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import { embedder } from "./embedder.ts";
import { explainError } from "./error-text.ts";
import { texts } from "./i18n.ts";
import { isMentioned } from "./mentions.ts";
import { iconUrl } from "./server-url.ts";
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
}

export function createListener(screen: ScreenState): SessionListener {
  return {
    onRoomMessage(room, message) {
      const { mine, isReplay, user, username, text, seq } = message;
      if (mine || isReplay || room.blocked.peek().has(user)) return;
      notifyUser(screen, room, {
        spokenText: texts.peek().messageLabel(username, text),
        title: `${username} · ${room.title}`,
        text,
        tag: `${room.id} ${seq}`,
        isForMe: isMentioned(screen.name, text),
      });
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
      notifyUser(screen, peer, {
        spokenText: texts.peek().privateLabel(username, text),
        title: username,
        text,
        tag: id,
        isForMe: true,
      });
    },
  };
}

interface NotificationContent {
  readonly spokenText: string;
  readonly title: string;
  readonly text: string;
  /** Several tabs show a single notification for one tag. */
  readonly tag: string;
  /** True for a private message, or a message that mentions the user. */
  readonly isForMe: boolean;
}

function notifyUser(
  screen: ScreenState,
  conversation: Conversation,
  content: NotificationContent,
): void {
  const { spokenText, isForMe } = content;
  const isOpen = screen.isOpen(conversation);
  if (isOpen || isForMe) announce(spokenText);
  if (isOpen && isPageFocused()) return;
  if (!isForMe && notifyAbout.peek() !== "all") return;
  if (notifications.peek() === "on")
    showNotification(content, () => screen.showConversation(conversation));
  if (sound.peek() === "on") playSound();
}

/** Says a text to a screen reader. */
export function announce(text: string): void {
  announcement.value = { count: announcement.peek().count + 1, text };
}

function showNotification(
  { title, text, tag }: NotificationContent,
  show: () => void,
): void {
  if (!canNotify || Notification.permission !== "granted") return;
  try {
    const notification = new Notification(title, {
      body: text,
      tag,
      icon: iconUrl,
    });
    notification.addEventListener("click", () => {
      window.focus();
      show();
      notification.close();
    });
  } catch {
    // Chromium on Android supports notifications in service workers only.
  }
}

let audio: AudioContext | null = null;

/** Plays two soft notes. */
export function playSound(): void {
  audio ??= new AudioContext();
  const { currentTime: now, destination } = audio;
  for (const [delay, pitch] of [
    [0, 660],
    [0.12, 880],
  ] as const) {
    const note = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, now + delay);
    loudness.gain.linearRampToValueAtTime(0.08, now + delay + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, now + delay + 0.25);
    note.connect(loudness).connect(destination);
    note.start(now + delay);
    note.stop(now + delay + 0.3);
  }
}
