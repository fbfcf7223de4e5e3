// Hooks: this app decides about each message before it is stored.
import { allow, deny, type Hooks } from "edge-chat/hooks";

export const hooks: Hooks = {
  onMessage({ message }) {
    return /https?:/.test(message.text)
      ? deny("forbidden", "No links here, please.")
      : allow({ text: message.text.trim() });
  },
};
