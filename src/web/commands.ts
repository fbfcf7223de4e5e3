// Commands: what a line such as /who or /block bob does in the page.
import {
  type CommandWord,
  splitWords,
  withoutAt,
} from "../protocol/line-grammar.ts";
import type { Conversation } from "./conversation.ts";
import { dialog } from "./dialogs.ts";
import { listed, texts, times } from "./language.ts";
import { RoomState } from "./room-state.ts";
import { sameness } from "./spelling.ts";
import type { Talk } from "./talk.ts";
import { explainDeed } from "./wording.ts";

/** What came of a command; `said` is for the one who typed it alone. */
export interface Outcome {
  readonly isDone: boolean;
  readonly said: string;
}

/** Of those who are here, so many are named. */
const NAMED_MAX = 30;

/** What `/help` lists, as it is typed. */
const FORMS = [
  "@bob psst",
  "/msg bob psst",
  "/say text",
  "/who",
  "/block bob",
  "/unblock bob",
  "/register",
  "/release",
  "/leave",
  "/reconnect",
  "/help",
];

/**
 * Does what a command says where it has a meaning in the page. Nothing of it is
 * ever sent as a text: its rest may be a secret.
 */
export async function runCommand(
  word: Exclude<CommandWord, "say" | "msg">,
  rest: string,
  talk: Talk,
  conversation: Conversation,
): Promise<Outcome> {
  const t = texts.peek();
  const words = splitWords(rest);
  const takesName = word === "block" || word === "unblock";
  // What they take may be a secret, or they have buttons of their own.
  if (/^(?:join|rotate|history|retry|discard|quit)$/.test(word))
    return refused(t.commandElsewhere(`/${word}`));
  if (words.length !== (takesName ? 1 : 0))
    return refused(t.commandUsage(`/${word}${takesName ? " bob" : ""}`));
  const chat = talk.carrier.peek()?.chat;
  const room = conversation instanceof RoomState ? conversation : null;
  switch (word) {
    case "who":
      return room === null ? refused(t.commandElsewhere("/who")) : here(room);
    case "leave":
      if (room === null) return refused(t.commandElsewhere("/leave"));
      dialog.value = { kind: "leave", room: room.id };
      return done("");
    case "release":
      // The dialog asks first, since it cannot be undone.
      dialog.value = { kind: "you" };
      return done("");
    case "help":
      return done(t.commands(FORMS.join(" · ")));
    case "reconnect":
      conversation.reconnect();
      return done("");
    case "register":
      return asked(chat?.register(), ({ until }) =>
        t.registeredUntil(times.peek().date(until)),
      );
    case "block":
    case "unblock": {
      const name = withoutAt(words[0] ?? "");
      const known = chat?.blocked.find(
        ({ username }) => sameness(username ?? "") === sameness(name),
      );
      const isKnown = word === "unblock" && known !== undefined;
      const who = isKnown ? { user: known.user } : { username: name };
      const told = word === "block" ? t.blocked : t.unblock;
      return asked(chat?.[word](who), () => `${told}: ${name}`);
    }
    default:
      return refused(t.commandElsewhere(`/${word}`));
  }
}

function here({ snapshot }: RoomState): Outcome {
  const { members, count } = snapshot.peek();
  const names = members.slice(0, NAMED_MAX);
  const more = count - names.length;
  const t = texts.peek();
  const all =
    more > 0 ? `${names.join(", ")}, ${t.andMore(more)}` : listed(names);
  return done(`${t.here(count)}: ${all}`);
}

function done(said: string): Outcome {
  return { isDone: true, said };
}

function refused(said: string): Outcome {
  return { isDone: false, said };
}

async function asked<Answer>(
  answer: Promise<Answer> | undefined,
  words: (answer: Answer) => string,
): Promise<Outcome> {
  if (answer === undefined) return refused(texts.peek().refused);
  try {
    return done(words(await answer));
  } catch (error) {
    return refused(explainDeed(error, texts.peek()));
  }
}
