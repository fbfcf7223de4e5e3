// Hooks: a word filter, a slow check that asks another service, and the command /roll.
import { allow, deny, type Hooks } from "edge-chat/hooks";
import { isFriendly } from "./judge.ts";

const RUDE = /\b(fool|idiot)\b/gi;

export const hooks: Hooks = {
  // The article's onJoin: the app's own code sees each join, and decides.
  onJoin: ({ user, room }) =>
    room === "staff" && user.kind === "guest"
      ? deny("forbidden", "Guests stay outside.")
      : allow(),

  // The article's onMessage: others get the text that the app returns, or none.
  async onMessage({ message }) {
    const text = message.text.replace(RUDE, "***");
    // A short text is not worth the wait.
    if (text.length < 20 || (await isFriendly(text))) return allow({ text });
    return deny("forbidden", "Please say it in a friendly way.");
  },

  onCommand: {
    roll({ args, reply, say }) {
      const sides = Number(args || 6);
      if (!Number.isInteger(sides) || sides < 2 || sides > 100)
        return reply("Try /roll, or /roll 20.");
      say(`rolls ${1 + Math.floor(Math.random() * sides)} of ${sides}`);
    },
  },
};
