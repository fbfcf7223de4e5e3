// Publish body: reads the sender and the content of a message from the body of a request, by the rights of its author.

import { NOT_NAMED } from "../core/shared/room-access.ts";
import {
  type BotSender,
  type Checked,
  readBot,
  readServerText,
  type ServerText,
} from "../core/shared/server-message.ts";
import type { PublishAs } from "../core/shared/server-requests.ts";
import { dataText } from "../protocol/custom-data.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { PublishAuthor } from "./publish-author.ts";
import type { PublishBody } from "./publish-schemas.ts";
import type { PublishServer } from "./publish-server.ts";

/** @returns the call to a room for one message */
export function readPublish(
  server: PublishServer,
  author: PublishAuthor,
  body: PublishBody,
): Checked<PublishAs> {
  const by = readSender(server, author, body);
  if (!by.ok) return by;
  const content = readContent(server, body);
  if (!content.ok) return content;
  return {
    ok: true,
    value: { type: "publish-as", by: by.value, ...content.value },
  };
}

/** Holds text, data and id to the rules for a client's message. */
export function readContent(
  { settings }: Pick<PublishServer, "settings">,
  { text, data, id }: Pick<PublishBody, "text" | "data" | "id">,
): Checked<ServerText> {
  return readServerText(settings, {
    text,
    ...(data !== undefined && { data }),
    ...(id !== undefined && { id }),
  });
}

/** Reads who sends, by the rights of the author. */
export function readSender(
  server: PublishServer,
  author: PublishAuthor,
  { as, username }: Pick<PublishBody, "as" | "username">,
): Checked<PublishAs["by"]> {
  if (author.kind === "key") {
    const bot = readBotOf(server, as);
    return bot.ok ? { ok: true, value: { kind: "bot", ...bot.value } } : bot;
  }
  if (as !== undefined) return wrong("as: needs a server key.");
  if (author.kind === "app") return { ok: true, value: author };
  const { kind, secret, network = null } = author;
  if (username !== undefined)
    return { ok: true, value: { kind, secret, username, network } };
  // A secret without a name is no member's.
  return author.isAtPrivateRoom
    ? { ok: false, refusal: NOT_NAMED }
    : wrong("username: missing.");
}

/** @param as the bot in whose name a server key sends */
export function readBotOf(
  { platform }: PublishServer,
  as: PublishBody["as"],
): Checked<BotSender & { readonly data?: unknown }> {
  if (as === undefined)
    return wrong("as: a server key needs { id, username } of a bot.");
  const bot = readBot(platform, as);
  if (!bot.ok) return bot;
  const { data } = as;
  if (data === undefined) return bot;
  return dataText(data, LIMITS.userDataBytesMax) === null
    ? wrong(`as.data: ${LIMITS.userDataBytesMax} bytes of JSON.`)
    : { ok: true, value: { ...bot.value, data } };
}

/** A quoted string, or the same without quotes. */
const quoted = /^"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,64})"$/;
const bare = /^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/;

/** @returns undefined if there is none */
export function readIdempotencyKey(
  request: Request,
): Checked<string | undefined> {
  const given = request.headers.get("Idempotency-Key")?.trim();
  if (given === undefined) return { ok: true, value: undefined };
  const [, text] = quoted.exec(given) ?? [];
  if (text !== undefined) return { ok: true, value: text };
  return !given.startsWith('"') && bare.test(given)
    ? { ok: true, value: given }
    : wrong("Idempotency-Key: 1 to 64 printable ASCII characters.");
}

/** Gives a message the id that its request has, unless it has its own. */
export function withId<Body extends { id?: string | undefined }>(
  body: Body,
  id: string | undefined,
): Body {
  return body.id === undefined && id !== undefined ? { ...body, id } : body;
}

export function wrong(message: string): Checked<never> {
  return { ok: false, refusal: { code: "bad_request", message } };
}
