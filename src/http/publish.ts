// Publish: answers POST /rooms/{room}/messages, by which backends, bots and people send messages without a connection.
import type { Address, Platform } from "../core/shared/contract.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import {
  type Checked,
  readBot,
  readServerText,
} from "../core/shared/server-message.ts";
import type { PublishAs } from "../core/shared/server-requests.ts";
import { dataText } from "../protocol/custom-data.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Settings } from "../protocol/settings.ts";
import { readJsonBody } from "./json-body.ts";
import type { PublishAuthor } from "./publish-access.ts";
import { type PublishBody, PublishSchema } from "./publish-schemas.ts";
import { refusalResponse } from "./refusal-response.ts";

/** The server as a publisher needs it. */
export interface PublishServer {
  readonly settings: Pick<Settings, "FRAME_MAX" | "TEXT_MAX">;
  readonly platform: Pick<Platform, "hash" | "random">;
  /** Calls one object. Rejects if it does not answer. */
  askObject(to: Address, ops: readonly Op[]): Promise<readonly Reply[]>;
}

/** The status of codes that a message alone can get. */
const STATUS = {
  bad_username: 400,
  no_such_user: 404,
  username_taken: 409,
  too_large: 413,
};

/** Bytes for the sender and the fields, beside what is in a frame. */
const ENVELOPE_BYTES = 4096;

/**
 * Publishes the message in the body of a request.
 *
 * @param headers for each response, such as the fields RateLimit
 */
export async function publishMessage(
  server: PublishServer,
  author: PublishAuthor,
  request: Request,
  room: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const refuse = (refusal: Refusal) =>
    refusalResponse(refusal, headers, STATUS);
  const bytesMax = server.settings.FRAME_MAX + ENVELOPE_BYTES;
  const body = await readJsonBody(request, PublishSchema, bytesMax);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal);
  const op = readPublish(server, author, withId(body.value, key.value));
  if (!op.ok) return refuse(op.refusal);
  const [reply] = await server.askObject({ kind: "room", name: room }, [
    op.value,
  ]);
  if (reply?.type === "refused") return refuse(knownRefusal(reply));
  if (reply?.type !== "published") return refuse({ code: "internal" });
  const { seq, at, duplicate } = reply;
  const { id } = op.value;
  return Response.json(
    {
      ...(id !== undefined && { id }),
      ...{ seq, at },
      ...(duplicate && { duplicate }),
    },
    {
      status: duplicate ? 200 : 201,
      headers: { ...headers, "Cache-Control": "no-store" },
    },
  );
}

/** @returns the call to the room for one message */
function readPublish(
  server: PublishServer,
  author: PublishAuthor,
  body: PublishBody,
): Checked<PublishAs> {
  const by = readSender(server, author, body);
  if (!by.ok) return by;
  const { text, data, id } = body;
  const content = readServerText(server.settings, {
    text,
    ...(data !== undefined && { data }),
    ...(id !== undefined && { id }),
  });
  if (!content.ok) return content;
  return {
    ok: true,
    value: { type: "publish-as", by: by.value, ...content.value },
  };
}

function readSender(
  { platform }: PublishServer,
  author: PublishAuthor,
  { as, username }: PublishBody,
): Checked<PublishAs["by"]> {
  if (author.kind === "key") {
    if (as === undefined)
      return wrong("as: a server key needs { id, username } of a bot.");
    const bot = readBot(platform, as);
    if (!bot.ok) return bot;
    const { data } = as;
    if (data !== undefined && dataText(data, LIMITS.userDataBytesMax) === null)
      return wrong(`as.data: ${LIMITS.userDataBytesMax} bytes of JSON.`);
    return {
      ok: true,
      value: { kind: "bot", ...bot.value, ...(data !== undefined && { data }) },
    };
  }
  if (as !== undefined) return wrong("as: needs a server key.");
  if (author.kind === "app") return { ok: true, value: author };
  if (username === undefined) return wrong("username: missing.");
  return { ok: true, value: { ...author, username } };
}

/** A quoted string, or the same without quotes. */
const quoted = /^"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,64})"$/;
const bare = /^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/;

/** @returns undefined if there is none */
function readIdempotencyKey(request: Request): Checked<string | undefined> {
  const given = request.headers.get("Idempotency-Key")?.trim();
  if (given === undefined) return { ok: true, value: undefined };
  const [, text] = quoted.exec(given) ?? [];
  if (text !== undefined) return { ok: true, value: text };
  return !given.startsWith('"') && bare.test(given)
    ? { ok: true, value: given }
    : wrong("Idempotency-Key: 1 to 64 printable ASCII characters.");
}

function withId(body: PublishBody, key: string | undefined): PublishBody {
  return body.id === undefined && key !== undefined
    ? { ...body, id: key }
    : body;
}

/** A room of an older release does not know the call. */
function knownRefusal(refusal: Refusal): Refusal {
  return refusal.code === "unsupported"
    ? { code: "unavailable", retryAfter: 1000 }
    : refusal;
}

function wrong(message: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code: "bad_request", message } };
}
