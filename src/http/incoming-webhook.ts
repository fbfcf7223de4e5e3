// Incoming webhook: answers POST /hooks/{room}/{secret}, by which other services send messages in their own shapes.
import * as v from "valibot";
import { toUsername } from "../core/shared/principal.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import type { Checked } from "../core/shared/server-message.ts";
import { readBoundedText } from "../hosting/bounded-text.ts";
import { AlertGroup, alertSender, formatAlerts } from "./incoming-alerts.ts";
import { formatGitHub } from "./incoming-github.ts";
import { formatSlack, SlackMessage } from "./incoming-slack.ts";
import { acceptableText } from "./incoming-text.ts";
import { problem } from "./problem.ts";
import { readIdempotencyKey, readPublish, wrong } from "./publish-body.ts";
import { BODY_BYTES_MAX } from "./publish-schemas.ts";
import {
  isRefusal,
  outcomeOf,
  type PublishRight,
  type PublishServer,
  refuse,
} from "./publish-server.ts";

/** A message that a service has sent. */
interface Incoming {
  /** The service's name for itself, or for the kind of message. */
  readonly sender: string | null;
  readonly text: string | null;
}

const NOT_UTF8: Refusal = {
  code: "bad_request",
  message: "Body: expected UTF-8.",
};

/** @param right of the key in the URL */
export async function receiveWebhook(
  server: PublishServer,
  { author, rate: { headers } }: PublishRight,
  request: Request,
  room: string,
): Promise<Response> {
  if (author.kind !== "key") return refuse({ code: "internal" }, headers);
  const body = await readBoundedText(request, BODY_BYTES_MAX);
  if (!body.ok && body.problem === "not UTF-8")
    return refuse(NOT_UTF8, headers);
  if (!body.ok)
    return problem(413, `A body has at most ${BODY_BYTES_MAX} bytes.`, {
      code: "too_large",
    });
  const incoming = readIncoming(request, body.text);
  if (!incoming.ok) return refuse(incoming.refusal, headers);
  const { text, sender } = incoming.value;
  const shown =
    text === null ? null : acceptableText(text, server.settings.TEXT_MAX);
  // Services count another status as a failure, and stop at some number.
  if (shown === null) return done(headers);
  const { id: keyId } = author.key;
  const id = readDeliveryId(request);
  const op = readPublish(server, author, {
    // A bot of its own, that no other key can be.
    as: { id: `hook ${keyId}`, username: toUsername(sender ?? keyId) ?? keyId },
    text: shown,
    ...(id !== null && { id }),
  });
  if (!op.ok) return refuse(op.refusal, headers);
  const to = { kind: "room", name: room } as const;
  const [reply] = await server.askObject(to, [op.value]);
  const outcome = outcomeOf(reply, id ?? undefined);
  return isRefusal(outcome) ? refuse(outcome, headers) : done(headers);
}

/** The answer of Slack: some services look for it. */
function done(headers: Readonly<Record<string, string>>): Response {
  return new Response("ok", {
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" },
  });
}

/** GitHub sends a delivery again under the same id. */
function readDeliveryId(request: Request): string | null {
  const delivery = request.headers.get("X-GitHub-Delivery");
  if (delivery !== null && /^[\x21-\x7e]{1,64}$/.test(delivery))
    return delivery;
  const key = readIdempotencyKey(request);
  return key.ok ? (key.value ?? null) : null;
}

function readIncoming(request: Request, body: string): Checked<Incoming> {
  const json = readJson(body);
  if (!json.ok) return json;
  const event = request.headers.get("X-GitHub-Event");
  if (event !== null) {
    const text = formatGitHub(event, json.value);
    return { ok: true, value: { sender: "GitHub", text } };
  }
  const group = v.safeParse(AlertGroup, json.value);
  if (group.success) {
    const text = formatAlerts(group.output);
    return { ok: true, value: { sender: alertSender(group.output), text } };
  }
  const message = v.safeParse(SlackMessage, json.value);
  if (!message.success) return wrong("Body: expected an object.");
  const { username, attachments, blocks } = message.output;
  const isEmpty =
    message.output.text === undefined &&
    attachments === undefined &&
    blocks === undefined;
  if (isEmpty) return wrong("Body: expected text, blocks or attachments.");
  const text = formatSlack(message.output);
  return { ok: true, value: { sender: username ?? null, text } };
}

/** JSON as it is, or as `payload` of a form, as Slack takes both. */
function readJson(body: string): Checked<unknown> {
  const text = body.trimStart().startsWith("{")
    ? body
    : (new URLSearchParams(body).get("payload") ?? "");
  try {
    const value: unknown = JSON.parse(text);
    // The schemas would take an array as an object without fields.
    return Array.isArray(value)
      ? wrong("Body: expected an object.")
      : { ok: true, value };
  } catch {
    return wrong("Body: expected JSON, or JSON as payload of a form.");
  }
}
