// Publish private: answers POST /users/{name}/messages, by which backends, bots and people send private messages.
import type { AppVerdict, HookUser } from "../core/shared/app-verdicts.ts";
import { appIdentity, publicId } from "../core/shared/identity.ts";
import { guestName, toUsername } from "../core/shared/principal.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import type { Reply } from "../core/shared/rpc.ts";
import {
  type Checked,
  privatePost,
  type ServerText,
} from "../core/shared/server-message.ts";
import { dataText } from "../protocol/custom-data.ts";
import * as LIMITS from "../protocol/limits.ts";
import { nameKey } from "../protocol/name-key.ts";
import type { Settings } from "../protocol/settings.ts";
import { checkData, type DataSchemas } from "../protocol/standard-schema.ts";
import { readJsonBody } from "./json-body.ts";
import type { PublishAuthor } from "./publish-author.ts";
import {
  readBotOf,
  readContent,
  readIdempotencyKey,
  withId,
  wrong,
} from "./publish-body.ts";
import {
  BODY_BYTES_MAX,
  type PublishBody,
  PublishSchema,
} from "./publish-schemas.ts";
import {
  type Outcome,
  type PublishRight,
  type PublishServer,
  refuse,
  respond,
} from "./publish-server.ts";

/** Asks the app about a private message that comes by no room. */
export type PrivateCheck = (question: {
  readonly room: string;
  readonly user: HookUser;
  readonly to: string;
  readonly text: string;
  readonly data?: unknown;
  readonly id?: string;
  readonly traceparent?: string;
}) => Promise<AppVerdict>;

export interface PrivateServer extends PublishServer {
  readonly settings: Settings;
  readonly schemas: DataSchemas;
  /** Null: the app does not want to be asked. */
  readonly privateCheck: PrivateCheck | null;
}

/** The sender of a private message. */
interface Sender {
  readonly identity: string;
  readonly username: string;
  readonly kind: HookUser["kind"];
  readonly data?: unknown;
}

/** @param to the addressee's name */
export async function publishToUser(
  server: PrivateServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  to: string,
): Promise<Response> {
  const body = await readJsonBody(request, PublishSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const key = readIdempotencyKey(request);
  if (!key.ok) return refuse(key.refusal, headers);
  const message = withId(body.value, key.value);
  const content = readContent(server, message);
  if (!content.ok) return refuse(content.refusal, headers);
  const sender = await findSender(server, author, message);
  if (!sender.ok) return refuse(sender.refusal, headers);
  const checked = await checkContent(server, sender.value, content.value, to);
  if (!checked.ok) return refuse(checked.refusal, headers);
  const { platform } = server;
  const { identity, username, kind } = sender.value;
  const op = privatePost(
    ...([
      { identity, username, isBot: kind === "bot" },
      checked.value,
    ] as const),
    ...([to, platform.random(12), Date.now()] as const),
  );
  const [reply] = await server.askObject(
    { kind: "directory", name: nameKey(to) },
    [op],
  );
  return respond(postedOutcome(reply, message.id), headers);
}

async function findSender(
  server: PrivateServer,
  author: PublishAuthor,
  { as, username }: PublishBody,
): Promise<Checked<Sender>> {
  if (author.kind === "key") {
    const bot = readBotOf(server, as);
    return bot.ok ? { ok: true, value: { ...bot.value, kind: "bot" } } : bot;
  }
  if (as !== undefined) return wrong("as: needs a server key.");
  const { platform, settings } = server;
  const isGuest = author.kind === "guest";
  if (isGuest && username === undefined) return wrong("username: missing.");
  const name = isGuest
    ? guestName(settings, username ?? "")
    : toUsername(author.verified.username);
  if (name === null) return { ok: false, refusal: { code: "bad_username" } };
  const identity = isGuest
    ? platform.hash(author.secret)
    : appIdentity(platform, author.verified.issuer, author.verified.subject);
  const [holder] = await server.askObject(
    { kind: "directory", name: nameKey(name) },
    [{ type: "whois" }],
  );
  if (holder?.type === "person" && holder.user === publicId(identity))
    return {
      ok: true,
      value: {
        ...{ identity, username: holder.username },
        kind: isGuest ? "guest" : "app",
      },
    };
  if (holder?.type === "person")
    return { ok: false, refusal: { code: "username_taken" } };
  const message = "Nobody holds this name yet: join a room under it first.";
  return { ok: false, refusal: { code: "forbidden", message } };
}

/** Checks the data by the app's schema, and asks the app about the message. */
async function checkContent(
  { schemas, privateCheck }: PrivateServer,
  { identity, username, kind, data: userData }: Sender,
  given: ServerText,
  to: string,
): Promise<Checked<ServerText>> {
  const data = readData(schemas, given.data);
  if (!data.ok) return data;
  const { text, id } = given;
  const content = {
    text,
    ...(data.value !== undefined && { data: data.value }),
    ...(id !== undefined && { id }),
  };
  const user = {
    ...{ id: publicId(identity), username, kind },
    ...(userData !== undefined && { data: userData }),
  };
  const verdict = await privateCheck?.({ room: "", user, to, ...content });
  if (verdict?.type === "refused") return { ok: false, refusal: verdict };
  if (verdict === undefined) return { ok: true, value: content };
  const { data: _, ...rest } = content;
  const rewritten = "data" in verdict ? verdict.data : content.data;
  return {
    ok: true,
    value: {
      ...rest,
      ...(verdict.text !== undefined && { text: verdict.text }),
      ...(rewritten !== undefined && { data: rewritten }),
    },
  };
}

function readData(schemas: DataSchemas, data: unknown): Checked<unknown> {
  if (schemas.message === undefined || data === undefined)
    return { ok: true, value: data };
  const checked = checkData(schemas.message, data);
  if ("wrong" in checked) return wrong(`data: ${checked.wrong}.`);
  const text =
    "fault" in checked
      ? null
      : dataText(checked.data, LIMITS.messageDataBytesMax);
  return text === null
    ? { ok: false, refusal: { code: "internal" } }
    : { ok: true, value: JSON.parse(text) };
}

function postedOutcome(
  reply: Reply | undefined,
  id: string | undefined,
): Outcome | Refusal {
  if (reply?.type === "refused") return reply;
  if (reply?.type !== "posted") return { code: "internal" };
  const { type: _, id: private_, duplicate, ...receipt } = reply;
  return {
    status: duplicate ? 200 : 201,
    ...(id !== undefined && { id }),
    ...{ private: private_, ...receipt },
    ...(duplicate && { duplicate }),
  };
}
