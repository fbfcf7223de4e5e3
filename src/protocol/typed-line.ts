// Typed line: converts a line that a person types into wscat or a similar tool into a frame.
import {
  type CommandWord,
  readLine,
  readMsgArguments,
  readTarget,
  splitWords,
  UNCLEAR_MESSAGES,
  withoutAt,
} from "./line-grammar.ts";

import {
  isInviteCode,
  MODERATION_FORMS,
  MODERATION_HELP,
  readModeration,
} from "./moderation-line.ts";
import { readReportEnd } from "./report-line.ts";

/** A frame before its schema is checked, or the reason why there is none. */
export type TypedLine =
  | { frame: Readonly<Record<string, unknown>> }
  | { wrong: string; code?: "bad_username" };

export const HELP = [
  "hello: send it to the room",
  "@bob psst: send it to bob alone, in any room",
  "/msg bob text: send it to bob alone, even a text that begins with @carol",
  "/join alice [token]: join under a name",
  "/say text: send it unchanged, even with a / or @ in front",
  "/who: list the members",
  "/history [20]: the newest messages",
  "/search words: the newest messages with all of them; /search #12 words: older ones",
  "/read: you have read the room up to here",
  "/unread: your rooms, and how many messages wait there",
  "/forget room: take a room that you left off that list",
  "/edit text: change your last message; /edit #12 text: that one",
  "/delete: delete your last message; /delete #12: that one",
  "/react 👍: react to the last message; /react #12 👍: to that one",
  "/reply text: answer the last message; /reply #12 text: that one",
  "/thread #12 text: answer in the thread of that message",
  "/pin #12: pin a message; /unpin #12",
  "/report #12 spam: tell the moderators about that message",
  "/reports: list the reports; /reports resolve 3; /reports dismiss 3",
  "/topic text: set the topic of the room; /topic alone removes it",
  "/leave: leave the room, stay connected",
  "/register: keep your name for good",
  "/release: give up your name",
  "/rotate token: change the secret behind your name",
  "/block bob: get no private messages from bob; /unblock bob",
  ...MODERATION_HELP,
] as const;

/** Converts a line to a frame, by the grammar of `readLine`. */
export function readTypedLine(
  raw: string,
  appCommands: readonly string[] = [],
): TypedLine {
  const line = readLine(raw, appCommands);
  switch (line.kind) {
    case "app-command":
      return { frame: { type: "command", name: line.word, args: line.rest } };
    case "text":
      return { frame: { type: "message", text: line.text } };
    case "private":
      return { frame: { type: "private", to: line.to, text: line.text } };
    case "command":
      return readCommand(line.word, line.rest);
    case "unclear":
      return {
        wrong: UNCLEAR_MESSAGES[line.reason],
        ...(line.reason === "name" && { code: "bad_username" }),
      };
    default:
      return line satisfies never;
  }
}

function readCommand(command: CommandWord, rest: string): TypedLine {
  const words = splitWords(rest);
  const usage = (form: string): TypedLine => ({ wrong: `Write: ${form}` });
  switch (command) {
    case "say":
      return { frame: { type: "message", text: rest } };
    case "msg": {
      const message = readMsgArguments(rest);
      return message === null
        ? usage("/msg name text")
        : { frame: { type: "private", ...message } };
    }
    case "join": {
      const [username, token, invite] = words;
      const isInvited = words.length === 3 && isInviteCode(invite);
      if (words.length < 1 || (words.length > 2 && !isInvited))
        return usage("/join name [token]");
      return {
        frame: {
          ...{ type: "join", username },
          ...(token && { token }),
          ...(invite && { invite }),
        },
      };
    }
    case "history": {
      if (words.length > 1 || !/^\d{1,9}$/.test(words[0] ?? "20"))
        return usage("/history [number]");
      const [limit] = words.map(Number);
      return {
        frame: {
          ...{ type: "history", fold: true },
          ...(limit !== undefined && { limit }),
        },
      };
    }
    case "search": {
      const { of, text, isUnclear } = readTarget(rest);
      return text.trim() === "" || isUnclear
        ? usage("/search words, or /search #12 words")
        : {
            frame: {
              ...{ type: "search", text: text.trim() },
              ...(of > 0 && { before: of }),
            },
          };
    }
    case "unread":
      return words.length > 0 ? usage("/unread") : { frame: { type: "rooms" } };
    case "forget":
      return words.length === 1
        ? { frame: { type: "forget", room: words[0] } }
        : usage("/forget room");
    case "rotate":
      return words.length === 1
        ? { frame: { type: "rotate", token: words[0] } }
        : usage("/rotate token");
    case "block":
    case "unblock":
      return words.length === 1
        ? { frame: { type: command, username: withoutAt(words[0] ?? "") } }
        : usage(`/${command} name`);
    case "kick":
    case "ban":
    case "unban":
    case "mute":
    case "unmute":
    case "purge":
    case "op":
    case "deop":
    case "slow":
    case "lock":
    case "unlock":
    case "access":
    case "invite":
    case "uninvite":
    case "member":
    case "unmember": {
      const frame = readModeration(command, rest);
      return frame === null ? usage(MODERATION_FORMS[command]) : { frame };
    }
    case "edit": {
      const { of, text, isUnclear } = readTarget(rest);
      return isUnclear || text.trim() === ""
        ? usage("/edit text, or /edit #12 text")
        : { frame: { type: "edit", of, text } };
    }
    case "delete": {
      const { of, text } = readTarget(rest);
      // A reason needs the number: a text alone may be a mistake.
      if (of === 0 && text.trim() !== "")
        return usage("/delete, or /delete #12");
      return {
        frame: {
          ...{ type: "delete", of },
          ...(text.trim() !== "" && { reason: text.trim() }),
        },
      };
    }
    case "react": {
      const { of, text } = readTarget(rest);
      const [emoji, ...others] = splitWords(text);
      return emoji === undefined || others.length > 0
        ? usage("/react 👍, or /react #12 👍")
        : { frame: { type: "react", of, emoji, on: true } };
    }
    case "reply": {
      const { of, text, isUnclear } = readTarget(rest);
      return isUnclear || text.trim() === ""
        ? usage("/reply text, or /reply #12 text")
        : { frame: { type: "message", text, replyTo: of } };
    }
    case "thread": {
      const { of, text } = readTarget(rest);
      return of === 0 || text.trim() === ""
        ? usage("/thread #12 text")
        : { frame: { type: "message", text, thread: of } };
    }
    case "report": {
      const { of, text } = readTarget(rest);
      return of === 0
        ? usage("/report #12 reason")
        : {
            frame: {
              ...{ type: "report", of },
              ...(text.trim() !== "" && { reason: text.trim() }),
            },
          };
    }
    case "pin":
    case "unpin": {
      const { of, text } = readTarget(rest);
      return text.trim() === ""
        ? { frame: { type: "pin", of, on: command === "pin" } }
        : usage(`/${command} #12`);
    }
    case "topic":
      return {
        frame: { type: "moderate", action: "topic", text: rest.trim() },
      };
    case "reports": {
      if (words.length === 0) return { frame: { type: command } };
      const end = readReportEnd(rest);
      return end === null
        ? usage("/reports, /reports resolve 3 or /reports dismiss 3")
        : { frame: { type: "close_report", ...end } };
    }
    case "who":
    case "read":
    case "register":
    case "release":
    case "leave":
    case "help":
      return words.length > 0
        ? usage(`/${command}`)
        : { frame: { type: command } };
    case "mentions":
    case "retry":
    case "discard":
    case "reconnect":
    case "quit":
      // A command of clients only. The server has no such command.
      return { wrong: UNCLEAR_MESSAGES.command };
    default:
      return command satisfies never;
  }
}
