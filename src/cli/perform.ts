// Does what a command asks of a chat, and says so in lines where that shows in no other way.
import { type Chat, ChatError, type Someone } from "../client/index.ts";
import { isVisible } from "../protocol/visible-text.ts";
import { COMMANDS, type Command, HELP } from "./commands.ts";
import type { People } from "./people.ts";
import { complaint, failedOf, notice, type Reader } from "./render.ts";
import { type Line, span } from "./span.ts";
import type { Transcript } from "./transcript.ts";

export interface Place {
  readonly chat: Chat;
  readonly people: People;
  readonly reader: Reader;
  readonly transcript: Transcript;
}

/** What concerns the chat; to quit is up to whoever runs it. */
export type ChatCommand = Exclude<Command, { kind: "quit" }>;

/** @returns what is to be shown, once the server has answered */
export async function perform(
  command: ChatCommand,
  place: Place,
): Promise<Line[]> {
  const { chat, reader, people } = place;
  // The server would refuse it, and nobody would see which one.
  if ("text" in command && !isVisible(command.text))
    return [complaint("There is nothing to be seen in this text.")];
  switch (command.kind) {
    case "say":
      // What becomes of it is told by what is pending.
      chat.send(command.text).catch(() => {});
      return [];
    case "private":
      chat.private(command.to, command.text).catch(() => {});
      return [];
    case "who":
      return answered(who(place));
    case "history":
      return answered(history(command.limit, place));
    case "retry":
    case "discard":
      return settle(command.kind, command.which, chat);
    case "register":
      return deed(chat.register());
    case "release":
      return deed(chat.release());
    case "rotate":
      return deed(rotate(chat, command.token));
    case "block":
      return deed(chat.block(people.whois(command.name)));
    case "unblock":
      return deed(chat.unblock(blockedOne(command.name, chat)));
    case "blocked": {
      const names = chat.blocked.map(({ user, username }) => username ?? user);
      const all = names.length === 0 ? "nobody" : names.join(", ");
      return [notice(`you block ${all}`, null, reader)];
    }
    case "reconnect":
      chat.reconnect();
      return chat.state === "live" ? [notice("live", null, reader)] : [];
    case "help":
      return HELP.map(([typed, meaning]) => [
        span(`  ${typed.padEnd(WIDEST + 2)}`, "strong"),
        span(meaning),
      ]);
    case "nothing":
      return [];
    case "wrong":
      return [complaint(command.why)];
    default:
      return command satisfies never;
  }
}

const WIDEST = Math.max(
  ...COMMANDS.map((form) => `/${form.name}${form.arguments}`.length),
);

async function who({ chat, reader }: Place): Promise<Line[]> {
  const { members, count, more } = await chat.who();
  const others = more ? `, and ${count - members.length} more` : "";
  const names = members.flatMap((name) => [
    span(", ", "faint"),
    span(name, "name"),
  ]);
  return [
    [
      ...notice(`here (${count}): `, null, reader),
      ...names.slice(1),
      span(others, "faint"),
    ],
  ];
}

async function history(limit: number, place: Place): Promise<Line[]> {
  const { chat, reader, transcript } = place;
  const before = transcript.oldest;
  const { messages } = await chat.history({
    limit,
    ...(before !== null && { before }),
  });
  const [first] = messages;
  if (first === undefined)
    return [notice("that is where it begins", null, reader)];
  transcript.shownFrom(first.seq);
  const { length } = messages;
  const what = `${length} ${length === 1 ? "message" : "messages"}`;
  return [
    notice(`${what} from before`, null, reader),
    ...transcript.withDays(messages),
    notice("that was before; here it goes on", null, reader),
  ];
}

function settle(
  how: "retry" | "discard",
  which: number | null,
  chat: Chat,
): Line[] {
  const failed = failedOf(chat.pending);
  const chosen = which === null ? failed : failed.slice(which - 1, which);
  if (chosen.length === 0) {
    const number = which === null ? "" : ` number ${which}`;
    return [complaint(`Nothing${number} has failed.`)];
  }
  for (const { id } of chosen)
    if (how === "retry") chat.resend(id);
    else chat.discard(id);
  return [];
}

/**
 * Neither the old secret nor the new one is shown.
 *
 * @returns when the new one is kept. Rejects with a `ChatError`
 */
export async function rotate(
  chat: Chat,
  token: string | undefined,
): Promise<void> {
  try {
    await chat.rotate(token);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const why =
      "The secret of EDGE_CHAT_TOKEN is yours to keep, so give the new one: /rotate token";
    throw new ChatError("bad_request", why);
  }
}

/** What was done is told by an event. */
function deed(done: Promise<unknown>): Promise<Line[]> {
  return answered(done.then(() => []));
}

/** By the name they had when they were blocked, which may be another's now. */
function blockedOne(name: string, chat: Chat): Someone {
  const one = chat.blocked.find(({ username }) => username === name);
  return one === undefined ? { username: name } : { user: one.user };
}

/** A refusal is an answer too. */
async function answered(lines: Promise<Line[]>): Promise<Line[]> {
  try {
    return await lines;
  } catch (error) {
    if (error instanceof ChatError) return [complaint(error.message)];
    throw error;
  }
}
