// Commands: run a line such as /who or /block bob in the page.
import type { Moderation } from "../client/index.ts";
import { splitWords, withoutAt } from "../protocol/line-grammar.ts";
import {
  MODERATION_FORMS,
  type ModerationWord,
  readModeration,
} from "../protocol/moderation-line.ts";
import type { Conversation } from "./conversation.ts";
import { dialog } from "./dialog-state.ts";
import { formatList, texts, timeFormat } from "./i18n.ts";
import { markAllRead, unmarkedRooms } from "./mark-all-read.ts";
import {
  formWord,
  isMessageCommand,
  MESSAGE_COMMAND_FORMS,
  runMessageCommand,
} from "./message-commands.ts";
import { invite } from "./moderation.ts";
import { nameKey } from "./name-key.ts";
import { explainRequestError } from "./request-error.ts";
import { RoomState } from "./room-state.ts";
import { openSearch } from "./search-state.ts";
import { toolTexts } from "./tool-texts.ts";
import type { UserSession } from "./user-session.ts";

/** The result of a command; only its author sees the text. */
export interface CommandResult {
  readonly isDone: boolean;
  readonly text: string;
}

/** More members than this are counted, not listed. */
const NAMES_MAX = 30;

/** The list of `/help`. A command has as many arguments as here. */
const COMMAND_FORMS = [
  "/msg bob psst",
  "/say text",
  "/who",
  "/search red fox",
  "/read all",
  "/block bob",
  "/unblock bob",
  "/register",
  "/release",
  "/leave",
  "/reconnect",
  "/help",
];

/**
 * Runs a command, if the page supports it. Nothing of it is sent as a message,
 * since the arguments may be secret.
 *
 * @param word of the page, or of the server's app
 */
export async function runCommand(
  word: string,
  rest: string,
  session: UserSession,
  conversation: Conversation,
): Promise<CommandResult> {
  const tt = toolTexts.peek();
  const room = conversation instanceof RoomState ? conversation : null;
  if (room?.room.commands.includes(word))
    return room.room.command(word, rest).then(
      ({ replies }) => success(replies.join("\n")),
      // The app may have its own words for it, and the page does not try again.
      ({ message }: Error) => failure(message),
    );
  if (isModerationWord(word))
    return room === null
      ? failure(tt.commandElsewhere(`/${word}`))
      : moderate(word, rest, room);
  if (isMessageCommand(word)) return changeMessage(word, rest, conversation);
  const words = splitWords(rest);
  const elsewhere = failure(tt.commandElsewhere(`/${word}`));
  const form = COMMAND_FORMS.find((form) => splitWords(form)[0] === `/${word}`);
  // The arguments of others may be secret, or they have buttons in the page.
  if (form === undefined) return elsewhere;
  if (word === "search" && words.length > 0 && room !== null) {
    openSearch(room, rest.trim());
    return success("");
  }
  if (words.length !== splitWords(form).length - 1)
    return failure(tt.commandUsage(form));
  const { client } = session;
  switch (word) {
    case "who":
      return room === null ? elsewhere : listMembers(room);
    case "leave":
      if (room === null) return elsewhere;
      dialog.value = { kind: "leave", room: room.id };
      return success("");
    case "release":
      // The dialog asks first, since this cannot be undone.
      dialog.value = { kind: "account" };
      return success("");
    case "help":
      return success(
        tt.commands(["@bob psst", ...commandForms(conversation)].join(" · ")),
      );
    case "read":
      if (words[0] !== "all") return failure(tt.commandUsage(form));
      return (await markAllRead(session))
        ? success(tt.allRead)
        : failure(tt.notMarked(unmarkedRooms.peek()));
    case "reconnect":
      conversation.reconnect();
      return success("");
    case "register":
      return requestResult(client.register(), ({ until }) =>
        tt.registeredUntil(timeFormat.peek().date(until)),
      );
    case "block":
    case "unblock": {
      const name = withoutAt(words[0] ?? "");
      const known = client.blocked.find(
        ({ username }) => nameKey(username ?? "") === nameKey(name),
      );
      const isKnown = word === "unblock" && known !== undefined;
      const user = isKnown ? { user: known.user } : { username: name };
      const label = word === "block" ? tt.blocked : tt.unblock;
      return requestResult(client[word](user), () => `${label}: ${name}`);
    }
    default:
      return elsewhere;
  }
}

async function changeMessage(
  word: string,
  rest: string,
  conversation: Conversation,
): Promise<CommandResult> {
  const tt = toolTexts.peek();
  const form =
    MESSAGE_COMMAND_FORMS.find((one) => formWord(one) === word) ?? "";
  try {
    const end = await runMessageCommand(word, rest, conversation);
    if (end === "done") return success("");
    if (end === "gone") return failure(tt.gone);
    return failure(
      end === "usage" ? tt.commandUsage(form) : tt.commandElsewhere(`/${word}`),
    );
  } catch (error) {
    return failure(explainRequestError(error));
  }
}

function isModerationWord(word: string): word is ModerationWord {
  return Object.hasOwn(MODERATION_FORMS, word);
}

/** The talk shows what is done. */
async function moderate(
  word: ModerationWord,
  rest: string,
  state: RoomState,
): Promise<CommandResult> {
  const { room } = state;
  const act = readModeration(word, rest);
  if (act === null)
    return failure(toolTexts.peek().commandUsage(MODERATION_FORMS[word]));
  // The others do not see the code.
  if (word === "invite") return requestResult(invite(state, act), String);
  // The server checks the fields, which the user has typed.
  return requestResult(room.moderate(act as unknown as Moderation), () => "");
}

/** The lines of all commands that the user has in a conversation. */
export function commandForms(conversation: Conversation): string[] {
  const room = conversation instanceof RoomState ? conversation : null;
  return [
    ...COMMAND_FORMS,
    ...messageForms(conversation),
    ...moderationForms(room),
    ...appForms(room),
  ];
}

/** Nobody but moderators can use them. */
function moderationForms(room: RoomState | null): readonly string[] {
  const isModerator = room?.rights.peek().isModerator ?? false;
  return isModerator ? Object.values(MODERATION_FORMS) : [];
}

/** An older server has none. */
function messageForms({ kind, rights }: Conversation): readonly string[] {
  const { editSeconds } = rights.peek();
  const hasThem = kind !== "peer" && editSeconds !== undefined;
  return hasThem ? MESSAGE_COMMAND_FORMS : [];
}

/** Commands of the server's app; a private conversation has none. */
function appForms(room: RoomState | null): string[] {
  return (room?.room.commands ?? []).map((name) => `/${name}`);
}

function listMembers({ snapshot }: RoomState): CommandResult {
  const { members, count } = snapshot.peek();
  const names = members.slice(0, NAMES_MAX);
  const more = count - names.length;
  const t = texts.peek();
  const all =
    more > 0 ? `${names.join(", ")}, ${t.andMore(more)}` : formatList(names);
  return success(`${t.memberCount(count)}: ${all}`);
}

function success(text: string): CommandResult {
  return { isDone: true, text };
}

function failure(text: string): CommandResult {
  return { isDone: false, text };
}

async function requestResult<Answer>(
  answer: Promise<Answer>,
  toText: (answer: Answer) => string,
): Promise<CommandResult> {
  try {
    return success(toText(await answer));
  } catch (error) {
    return failure(explainRequestError(error));
  }
}
