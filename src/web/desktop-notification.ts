// Desktop notification: shows a message outside the page, and plays a sound.
import { canNotify, type NotificationContent } from "./notifications.ts";
import { plainText } from "./plain-text.ts";
import { iconUrl } from "./server-url.ts";

/** Shows a message on the desktop. A click opens its conversation. */
export function showNotification(
  { title, text, tag }: NotificationContent,
  show: () => void,
): void {
  if (!canNotify || Notification.permission !== "granted") return;
  try {
    const notification = new Notification(title, {
      body: plainText(text),
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
