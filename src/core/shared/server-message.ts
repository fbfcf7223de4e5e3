// Server message: the bot, the text and the data that a server sends are held to the rules for a client's message.
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import { decodeFrame } from "../../protocol/codec.ts";
import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/name-key.ts";
import { readBotName } from "../../protocol/names.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Platform } from "./contract.ts";
import type { Post } from "./directory-requests.ts";
import { botIdentity } from "./identity.ts";
import type { Refusal } from "./refusal.ts";

/** A value that holds to the rules, or the reason why it does not. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

/** The sender of a server's messages, as core knows it. */
export interface BotSender {
  readonly identity: string;
  /** With the prefix of bots. */
  readonly username: string;
}

export interface ServerText {
  readonly text: string;
  readonly data?: unknown;
  readonly id?: string;
}

const BOT_ID_MAX = 256;

/** @param as the app's own id and name of the bot */
export function readBot(
  platform: Pick<Platform, "hash">,
  { id, username }: { readonly id: string; readonly username: string },
): Checked<BotSender> {
  if (id === "" || id.length > BOT_ID_MAX || !id.isWellFormed())
    return refused("bad_request", `as.id: 1 to ${BOT_ID_MAX} characters.`);
  const name = readBotName(username);
  if (name === null) return refused("bad_username");
  return {
    ok: true,
    value: { identity: botIdentity(platform, id), username: name },
  };
}

/** Holds a text, its data and its id to the rules for a client's message. */
export function readServerText(
  settings: Pick<Settings, "FRAME_MAX" | "TEXT_MAX">,
  { text, data, id }: ServerText,
): Checked<ServerText> {
  const line = JSON.stringify({ type: "message", text, data, id });
  const decoded = decodeFrame(line, settings);
  if (!decoded.ok) {
    const { code, message } = decoded.error;
    return refused(code, message);
  }
  return {
    ok: true,
    value: {
      text,
      ...(data !== undefined && { data }),
      ...(id !== undefined && { id }),
    },
  };
}

/** Holds an act of moderation to the rules for a client's frame. */
export function readModeration(
  settings: Pick<Settings, "FRAME_MAX" | "TEXT_MAX">,
  act: object,
): Checked<ModerateFrame> {
  const line = JSON.stringify({ ...act, type: "moderate" });
  const decoded = decodeFrame(line, settings);
  if (!decoded.ok) {
    const { code, message } = decoded.error;
    return refused(code, message);
  }
  const { frame } = decoded;
  return frame.type === "moderate"
    ? { ok: true, value: frame }
    : refused("bad_request");
}

/** The sender of a private message. */
export interface PrivateSender extends BotSender {
  readonly isBot: boolean;
}

/**
 * Makes the call that sends a private message by no room.
 *
 * @param to the addressee's name
 * @param letterId a new id of the server's
 */
export function privatePost(
  { identity, username, isBot }: PrivateSender,
  { id, ...content }: ServerText,
  to: string,
  letterId: string,
  now: number,
): Post {
  return {
    type: "post",
    letter: {
      id: letterId,
      ...(id !== undefined && { clientId: id }),
      ...{ identity, username, to, ...content },
      ...(isBot && { bot: true }),
      at: now,
    },
    // A bot has the addressee's own key: there is no mailbox of the sender that
    // would get a copy.
    fromKey: nameKey(isBot ? to : username),
    origin: "",
  };
}

function refused(
  code: ErrorCode,
  message: string = ERRORS[code].message,
): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code, message } };
}
