// Create server hand: makes the handles by which the app's own server calls the objects of rooms and names.
import type { Address, Platform } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import {
  type Checked,
  privatePost,
  readBot,
  readModeration,
  readServerText,
  type ServerText,
} from "../core/shared/server-message.ts";
import { dataText } from "../protocol/custom-data.ts";
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";
import * as LIMITS from "../protocol/limits.ts";
import { nameKey } from "../protocol/name-key.ts";
import { readRoomName, readUsername } from "../protocol/names.ts";
import type { EventPage, FoldedPage } from "../protocol/server-frames.ts";
import type { Settings } from "../protocol/settings.ts";
import {
  type BotMessage,
  type BotPrivateReceipt,
  type BotReceipt,
  type PageQuery,
  type RoomHandle,
  type RoomMember,
  ServerHandError,
  type UserHandle,
} from "./server-hand.ts";

export interface ServerHandOptions {
  readonly settings: Pick<Settings, "FRAME_MAX" | "TEXT_MAX">;
  readonly platform: Pick<Platform, "hash" | "random">;
  /** Calls one object. */
  ask(to: Address, ops: readonly Op[]): Promise<readonly Reply[]>;
  /** The present time, ms since 1970. */
  now(): number;
}

/** @throws ServerHandError if it is no name of a room */
export function createRoomHandle(
  options: ServerHandOptions,
  name: string,
): RoomHandle {
  const room = readRoomName(name);
  if (room === null) throw failure("bad_room");
  const to: Address = { kind: "room", name: room };
  return {
    async send(message): Promise<BotReceipt> {
      const bot = unwrap(readBot(options.platform, message.as));
      const content = readContent(options, message);
      const reply = await ask(options, to, {
        type: "publish",
        ...{ ...bot, ...content },
      });
      if (reply.type !== "published") throw failure("internal");
      const { type: _, ...receipt } = reply;
      return receipt;
    },
    async moderate({ as, ...act }): Promise<BotReceipt> {
      const bot = unwrap(readBot(options.platform, as));
      const frame = unwrap(readModeration(options.settings, act));
      const reply = await ask(options, to, {
        ...{ type: "moderate", ...bot },
        frame,
      });
      if (reply.type !== "published") throw failure("internal");
      const { type: _, ...receipt } = reply;
      return receipt;
    },
    async members(): Promise<RoomMember[]> {
      const all: RoomMember[] = [];
      for (;;) {
        const after = all.at(-1)?.username;
        const reply = await ask(options, to, {
          type: "members",
          ...(after !== undefined && { after }),
        });
        if (reply.type !== "members") throw failure("internal");
        all.push(...reply.members);
        if (!reply.more || reply.members.length === 0) return all;
      }
    },
    history: ((query: HistoryQuery = {}) =>
      readHistory(options, to, query)) as RoomHandle["history"],
  };
}

interface HistoryQuery extends PageQuery {
  readonly fold?: boolean;
}

async function readHistory(
  options: ServerHandOptions,
  to: Address,
  query: HistoryQuery,
): Promise<Omit<EventPage, "type"> | Omit<FoldedPage, "type">> {
  const { before, after, at, limit } = checkPage(query);
  const isFold = query.fold === true;
  const reply = await ask(options, to, {
    ...{ type: "messages", isServer: true, before, after, limit },
    ...(at !== undefined && { at }),
    ...(isFold && { fold: true }),
  });
  if (reply.type !== "page") throw failure("internal");
  // A room of an older release gives its newest page.
  if (reply.at !== at) throw failure("unavailable", undefined, 1000);
  const { lines, more, epoch } = reply;
  // Lines of ours, as the log holds them.
  const messages = lines.map((line) => JSON.parse(line));
  if (!isFold) return { messages, more, epoch };
  const { fold, asOf, from, to: last } = reply;
  // A room of an older release folds nothing.
  if (!fold || asOf === undefined || from === undefined || last === undefined)
    throw failure("unavailable", undefined, 1000);
  return { messages, more, epoch, fold, asOf, from, to: last };
}

/** @throws ServerHandError if it is no name of a user */
export function createUserHandle(
  options: ServerHandOptions,
  name: string,
): UserHandle {
  const to = readUsername(name);
  if (to === null) throw failure("bad_username");
  const key = nameKey(to);
  return {
    async send(message): Promise<BotPrivateReceipt> {
      const bot = unwrap(readBot(options.platform, message.as));
      const content = readContent(options, message);
      const letterId = options.platform.random(12);
      const reply = await ask(
        options,
        { kind: "directory", name: key },
        privatePost(
          { ...bot, isBot: true },
          content,
          to,
          letterId,
          options.now(),
        ),
      );
      if (reply.type !== "posted") throw failure("internal");
      const { type: _, id, ...receipt } = reply;
      return { private: id, ...receipt };
    },
  };
}

/** @throws ServerHandError if the object refuses, or does not answer */
async function ask(
  { ask: call }: ServerHandOptions,
  to: Address,
  op: Op,
): Promise<Reply> {
  let reply: Reply | undefined;
  try {
    [reply] = await call(to, [op]);
  } catch {
    // It may have taken effect all the same.
    throw failure("unavailable", undefined, 1000);
  }
  if (reply === undefined) throw failure("internal");
  if (reply.type !== "refused") return reply;
  throw failure(reply.code, reply.message, reply.retryAfter);
}

/** @throws ServerHandError if it does not hold to the rules */
function unwrap<Value>(checked: Checked<Value>): Value {
  if (checked.ok) return checked.value;
  const { code, message } = checked.refusal;
  throw failure(code, message);
}

/** Holds the message to the rules for a client's. */
function readContent(
  { settings }: ServerHandOptions,
  { text, data: given, id }: BotMessage,
): ServerText {
  const data = given === undefined ? undefined : plainData(given);
  return unwrap(
    readServerText(settings, {
      text,
      ...(data !== undefined && { data }),
      ...(id !== undefined && { id }),
    }),
  );
}

/** The data as clients get it: the app's own object may be more than JSON. */
function plainData(given: unknown): unknown {
  const text = dataText(given, Number.POSITIVE_INFINITY);
  if (text === null)
    throw failure(
      "bad_request",
      `data: JSON of at most ${LIMITS.dataDepthMax} levels, and numbers that are finite.`,
    );
  return JSON.parse(text);
}

function checkPage(query: PageQuery): PageQuery {
  const { before, after, at, limit = 1 } = query;
  const isNumber = (value = 0) => Number.isSafeInteger(value) && value >= 0;
  const places = [before, after, at].filter((place) => place !== undefined);
  if (!places.every(isNumber))
    throw failure("bad_request", "before, after, at: a whole number from 0.");
  if (places.length > 1)
    throw failure("bad_request", "One of before, after and at.");
  if (!isNumber(limit) || limit < 1 || limit > LIMITS.historyPageMax)
    throw failure("bad_request", `limit: 1 to ${LIMITS.historyPageMax}.`);
  return query;
}

function failure(
  code: ErrorCode,
  message: string = ERRORS[code].message,
  retryAfter?: number,
): ServerHandError {
  return new ServerHandError(code, message, retryAfter);
}
