// Webhook commands: an app without onCommand may have commands that its server answers, by a signed request for each.
import * as v from "valibot";
import { log, type WriteLog } from "../hosting/log.ts";
import { COMMAND_TIMEOUT_MS, Webhooks } from "../hosting/webhooks/webhooks.ts";
import type { Settings } from "../protocol/settings.ts";
import type { ChatTypes, CommandQuestion, Hooks } from "./hooks.ts";
import { type Deny, deny } from "./verdict.ts";

/** More than the request itself may take, ms. */
const TIMEOUT_MS = COMMAND_TIMEOUT_MS + 500;

const texts = v.optional(v.union([v.string(), v.array(v.string())]), []);
/** An answer of the app's server. */
const AnswerSchema = v.object({
  /** Texts for the user who wrote the command. */
  reply: texts,
  /** Texts for the room, in the name of that user. */
  say: texts,
  /** The command is refused; the code is one of those of `error`. */
  deny: v.optional(
    v.object({
      code: v.string(),
      message: v.optional(v.string()),
      retryAfter: v.optional(v.number()),
    }),
  ),
});

/**
 * Adds the commands of WEBHOOK_COMMANDS to the app's hooks, unless the app has
 * commands of its own.
 */
export function withWebhookCommands<E, T extends ChatTypes>(
  hooks: Hooks<E, T>,
  settings: Settings,
  write: WriteLog = log,
): Hooks<E, T> {
  const { WEBHOOK_COMMANDS: names, WEBHOOK_URL } = settings;
  const [url] = WEBHOOK_URL;
  if (url === undefined || names.length === 0 || hooks.onCommand !== undefined)
    return hooks;
  const webhooks = new Webhooks(settings, write);
  const command =
    (name: string) =>
    async (question: CommandQuestion<E, T>): Promise<Deny | undefined> => {
      const { room, user, args, id, reply, say, traceparent } = question;
      const asked = {
        ...{ room, command: name, args, user },
        ...(id !== undefined && { id }),
      };
      const body = await webhooks.askCommand(url, asked, traceparent);
      if (body === null) return UNAVAILABLE;
      // Whatever is no answer is a bug of the app: the command has failed.
      const answer: unknown = JSON.parse(body || "{}");
      // The schema would take an array as an answer that says nothing.
      if (Array.isArray(answer)) throw new TypeError("The answer is a list.");
      const outcome = v.parse(AnswerSchema, answer);
      if (outcome.deny !== undefined)
        // The code is checked with all verdicts.
        return { type: "deny", ...outcome.deny } as Deny;
      for (const text of list(outcome.say)) say(text);
      for (const text of list(outcome.reply)) reply(text);
      return undefined;
    };
  return {
    ...hooks,
    onCommand: Object.fromEntries(names.map((name) => [name, command(name)])),
    timeouts: { ...hooks.timeouts, onCommand: TIMEOUT_MS },
  };
}

function list(texts: string | readonly string[]): readonly string[] {
  return typeof texts === "string" ? [texts] : texts;
}

const UNAVAILABLE = deny("unavailable", "The app did not answer.", 1000);
