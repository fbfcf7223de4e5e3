// Run command: executes a parsed command in a room, and returns lines for results that no event shows.
import {
  ChatError,
  type Client,
  type HistoryResult,
  type MemberInfo,
  type Moderation,
  type Room,
  type SearchOptions,
  type UserRef,
  type VisitedRoom,
} from "../client/index.ts";
import { roomsLines } from "../protocol/rooms-line.ts";
import { isVisible } from "../protocol/visible-text.ts";
import { COMMANDS, type Command, HELP } from "./commands.ts";
import { isOffered } from "./moderation-commands.ts";
import type { Participants } from "./participants.ts";
import { waitingPrivatesLines } from "./private-reading.ts";
import { readAll } from "./read-all.ts";
import {
  errorLine,
  errorText,
  failedMessages,
  isHidden,
  mentionLine,
  nameOf,
  noticeLine,
  reportsLines,
  type Viewer,
} from "./render.ts";
import { findTarget, runChange } from "./run-change.ts";
import { type StyledLine, styled } from "./styled-text.ts";
import type { Transcript } from "./transcript.ts";

/** Open reports that `/reports` shows. */
const REPORTS_MAX = 30;

export interface CommandContext {
  readonly room: Room;
  readonly participants: Participants;
  readonly viewer: Viewer;
  readonly transcript: Transcript;
}

/** All commands but `quit`, which ends the program. */
export type ChatCommand = Exclude<Command, { kind: "quit" }>;

/** @returns the lines to show, after the answer of the server */
export async function runCommand(
  command: ChatCommand,
  context: CommandContext,
): Promise<StyledLine[]> {
  const { room, viewer, participants } = context;
  // The server would refuse the text without naming the message.
  if ("text" in command && !isVisible(command.text))
    return [errorLine("This text has no visible characters.")];
  switch (command.kind) {
    case "message":
      return linesOrError(sendMessage(command, room));
    case "edit":
    case "delete":
    case "react":
    case "pin":
    case "topic":
      return untilDone(runChange(room, command, true));
    case "thread":
      return linesOrError(thread(command.of, command.limit, context));
    case "private":
      room.client.sendPrivate(command.to, command.text).catch(() => {});
      return [];
    case "who":
      return linesOrError(who(context));
    case "mentions":
      return mentions(context);
    case "moderate":
      return linesOrError(moderate(command.act, context));
    case "report":
      return linesOrError(
        room
          .report(command.of, command.reason)
          .then(() => [noticeLine("the moderators know", null, viewer)]),
      );
    case "reports":
      return linesOrError(
        room
          .reports({ limit: REPORTS_MAX, open: true })
          .then((page) => reportsLines(page, viewer)),
      );
    case "close-report":
      return untilDone(room.closeReport(command.report, command.outcome));
    case "history":
      return linesOrError(history(command.limit, context));
    case "search":
      return linesOrError(search(command.words, command.before, context));
    case "unread":
      return linesOrError(unread(context));
    case "read":
      return linesOrError(readAll(context));
    case "forget":
      return linesOrError(forget(command.name, context));
    case "retry":
    case "discard":
      return retryOrDiscard(command.kind, command.number, room.client);
    case "register":
      return untilDone(room.client.register());
    case "release":
      return untilDone(room.client.release());
    case "rotate":
      return untilDone(rotate(room.client, command.token));
    case "block":
      return untilDone(room.client.block(participants.userRef(command.name)));
    case "unblock":
      return untilDone(
        room.client.unblock(blockedUser(command.name, room.client)),
      );
    case "blocked": {
      const names = room.client.blocked.map(
        ({ user, username }) => username ?? user,
      );
      const all = names.length === 0 ? "nobody" : names.join(", ");
      return [noticeLine(`you block ${all}`, null, viewer)];
    }
    case "app-command":
      return linesOrError(appCommand(command.name, command.rest, context));
    case "reconnect":
      room.reconnect();
      return room.state === "connected"
        ? [noticeLine("already connected", null, viewer)]
        : [];
    case "help":
      return [...helpFor(room), ...appCommandHelp(room)].map(
        ([typed, meaning]) => [
          styled(`  ${typed.padEnd(FORM_WIDTH + 2)}`, "strong"),
          styled(meaning),
        ],
      );
    case "empty":
      return [];
    case "invalid":
      return [errorLine(command.message)];
    default:
      return command satisfies never;
  }
}

/** Those of this session, with the texts that this room shows. */
function mentions({ room, viewer, transcript }: CommandContext): StyledLine[] {
  const lines = transcript.mentions
    .filter((mention) => !isHidden(mention, viewer))
    .map((mention) => {
      const message =
        mention.room === room.name
          ? room.messages.find(({ seq }) => seq === mention.of)
          : undefined;
      return mentionLine(mention, viewer, message);
    });
  return lines.length === 0
    ? [noticeLine("nobody has mentioned you", null, viewer)]
    : lines;
}

/** The pending messages show the result. */
async function sendMessage(
  { text, replyTo, thread }: Extract<Command, { kind: "message" }>,
  room: Room,
): Promise<StyledLine[]> {
  const answered =
    replyTo === undefined ? null : await findTarget(room, replyTo, false);
  const sent =
    answered === null
      ? room.send(text, { thread })
      : answered.reply(text, { ...(thread !== undefined && { thread }) });
  sent.catch(() => {});
  return [];
}

async function thread(
  seq: number,
  limit: number,
  { room, viewer, transcript }: CommandContext,
): Promise<StyledLine[]> {
  const { messages, more } = await room.history({ thread: seq, limit });
  if (messages.length === 0)
    return [noticeLine(`#${seq} has no thread`, null, viewer)];
  const which = more ? "the newest replies" : "the thread";
  return [
    noticeLine(`${which} of #${seq}`, null, viewer),
    ...transcript.pageLines(messages),
    noticeLine("end of the thread", null, viewer),
  ];
}

/** Without the commands of moderators, for those who are none. */
function helpFor({ role }: Room): (readonly [string, string])[] {
  return HELP.filter(([typed]) => {
    const [, name = ""] = /^\/(\w+)/.exec(typed) ?? [];
    return isOffered(name, role);
  }).map(([typed, meaning]) => [typed, meaning]);
}

/** An event tells the act, but not the code of an invitation. */
async function moderate(
  act: Moderation,
  { room, viewer }: CommandContext,
): Promise<StyledLine[]> {
  await room.moderate(act);
  return act.action === "invite"
    ? [noticeLine(`invitation: --invite ${act.code}`, null, viewer)]
    : [];
}

function appCommandHelp({ commands }: Room): (readonly [string, string])[] {
  return commands.map((name) => [`/${name}`, "a command of this server"]);
}

/** Shows the replies; what the command says to the room comes as a message. */
async function appCommand(
  name: string,
  args: string,
  { room, viewer }: CommandContext,
): Promise<StyledLine[]> {
  const { replies } = await room.command(name, args);
  return replies
    .flatMap((text) => text.split("\n"))
    .map((line) => noticeLine(`/${name}: ${line}`, null, viewer));
}

const FORM_WIDTH = Math.max(
  ...COMMANDS.map((form) => `/${form.name}${form.arguments}`.length),
);

async function who({ room, viewer }: CommandContext): Promise<StyledLine[]> {
  const { members, count, more } = await room.listMembers();
  const others = more ? `, and ${count - members.length} more` : "";
  const names = members.flatMap((name) => [
    styled(", ", "faint"),
    ...nameOf(name, room.details.get(name)?.user, viewer),
    ...roleMark(room.details.get(name)),
  ]);
  return [
    [
      ...noticeLine(`here (${count}): `, null, viewer),
      ...names.slice(1),
      styled(others, "faint"),
    ],
  ];
}

function roleMark(member: MemberInfo | undefined): StyledLine {
  return member?.role === undefined
    ? []
    : [styled(` (${member.role})`, "faint")];
}

async function history(
  limit: number,
  context: CommandContext,
): Promise<StyledLine[]> {
  const { viewer, transcript } = context;
  const { messages } = await olderPage(limit, context);
  if (messages.length === 0)
    return [noticeLine("there are no older messages", null, viewer)];
  const { length } = messages;
  const howMany = `${length} older ${length === 1 ? "message" : "messages"}`;
  return [
    noticeLine(`${howMany}`, null, viewer),
    ...transcript.pageLines(messages),
    noticeLine("end of the older messages", null, viewer),
  ];
}

/** @param before 0: no message is too new */
export function searchOptions(before: number, limit?: number): SearchOptions {
  return {
    ...(before > 0 && { before }),
    ...(limit !== undefined && { limit }),
  };
}

async function search(
  words: string,
  before: number,
  { room, viewer, transcript }: CommandContext,
): Promise<StyledLine[]> {
  const { messages, more, from } = await room.search(
    words,
    searchOptions(before),
  );
  const end = more
    ? `older messages: /search #${from} ${words}`
    : `${messages.length > 0 ? "nothing more" : "nothing"} found`;
  return [...transcript.pageLines(messages), noticeLine(end, null, viewer)];
}

/** All pages: at most 25. What waits is counted before the list comes. */
async function unread({ room, viewer }: CommandContext): Promise<StyledLine[]> {
  const privates = waitingPrivatesLines(room.client, viewer);
  const rooms: VisitedRoom[] = [];
  let before: string | undefined;
  do {
    const page = await room.client.rooms(before);
    rooms.push(...page.rooms);
    before = page.before;
  } while (before !== undefined);
  const lines = roomsLines({ type: "rooms", rooms, more: false });
  const shown = lines.map((line) => noticeLine(line.slice(2), null, viewer));
  return [...shown, ...privates];
}

async function forget(
  name: string,
  { room, viewer }: CommandContext,
): Promise<StyledLine[]> {
  await room.client.forgetRoom(name);
  return [noticeLine(`${name} is off your list`, null, viewer)];
}

/** Pages may be empty: the server reads a part of the log for each. */
async function olderPage(
  limit: number,
  { room, transcript }: CommandContext,
): Promise<HistoryResult> {
  for (;;) {
    const before = transcript.oldest;
    const page = await room.history({
      limit,
      ...(before !== null && { before }),
    });
    if (page.messages.length > 0 || page.more) transcript.setOldest(page.from);
    const isEnd = !page.more || page.from >= (before ?? Infinity);
    if (page.messages.length > 0 || isEnd) return page;
  }
}

function retryOrDiscard(
  action: "retry" | "discard",
  number: number | null,
  client: Client,
): StyledLine[] {
  const failed = failedMessages(client.pending);
  const chosen = number === null ? failed : failed.slice(number - 1, number);
  if (chosen.length === 0) {
    const suffix = number === null ? "" : ` with the number ${number}`;
    return [errorLine(`There is no failed message${suffix}.`)];
  }
  for (const { id } of chosen)
    if (action === "retry") client.resend(id);
    else client.discard(id);
  return [];
}

/**
 * Shows neither the old secret nor the new one.
 *
 * @returns when the new secret is stored. Rejects with a `ChatError`
 */
export async function rotate(
  client: Client,
  token: string | undefined,
): Promise<void> {
  try {
    await client.rotate(token);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message =
      "The secret comes from EDGE_CHAT_TOKEN, so give the new one: /rotate token";
    throw new ChatError("bad_request", message);
  }
}

/** An event shows the result. */
function untilDone(done: Promise<unknown>): Promise<StyledLine[]> {
  return linesOrError(done.then(() => []));
}

/**
 * The user who was blocked under that name, though another one may have it now.
 */
function blockedUser(name: string, client: Client): UserRef {
  const one = client.blocked.find(({ username }) => username === name);
  return one === undefined ? { username: name } : { user: one.user };
}

/** An error is shown as a line. */
async function linesOrError(
  lines: Promise<StyledLine[]>,
): Promise<StyledLine[]> {
  try {
    return await lines;
  } catch (error) {
    if (error instanceof ChatError) return [errorLine(errorText(error))];
    throw error;
  }
}
