// Incoming Slack: reads a message in the shape that Slack's incoming webhooks take, as many services send it.
import * as v from "valibot";
import { words } from "./incoming-text.ts";

const text = v.fallback(v.optional(v.string()), undefined);
const list = <Item extends v.GenericSchema>(item: Item) =>
  v.fallback(v.optional(v.array(item)), undefined);

const textObject = v.fallback(v.optional(v.object({ text })), undefined);
const Attachment = v.object({
  ...{ pretext: text, title: text, title_link: text, text, fallback: text },
  ...{ author_name: text, footer: text },
  fields: list(v.object({ title: text, value: text })),
  blocks: list(v.unknown()),
});
const Block = v.object({
  type: text,
  text: textObject,
  fields: list(v.object({ text })),
  elements: list(v.unknown()),
});
export const SlackMessage = v.object({
  text,
  username: text,
  attachments: list(Attachment),
  blocks: list(v.unknown()),
});
export type SlackMessage = v.InferOutput<typeof SlackMessage>;

/** Levels of elements in a block of rich text. */
const DEPTH_MAX = 8;

/** @returns the message as lines of plain text */
export function formatSlack(message: SlackMessage): string {
  const { blocks = [], attachments = [] } = message;
  const body = blocks.map(blockText).filter((line) => line !== "");
  // With blocks the text is for notifications, and says the same.
  const main = body.length > 0 ? body : [message.text ?? ""];
  return [...main, ...attachments.map(attachmentText)]
    .filter((part) => part !== "")
    .map(plainText)
    .join("\n");
}

function attachmentText(attachment: v.InferOutput<typeof Attachment>): string {
  const { pretext, author_name, title, title_link, footer } = attachment;
  const { text, fallback, fields = [], blocks = [] } = attachment;
  const lines = [
    pretext,
    author_name,
    words(title, title_link),
    text,
    ...fields.map((field) =>
      [field.title, field.value].filter(Boolean).join(": "),
    ),
    ...blocks.map(blockText),
  ].filter((line) => line !== undefined && line !== "");
  if (lines.length === 0) return fallback ?? "";
  return [...lines, ...(footer === undefined ? [] : [footer])].join("\n");
}

function blockText(given: unknown): string {
  const read = v.safeParse(Block, given);
  if (!read.success) return "";
  const { text, fields = [], elements = [] } = read.output;
  return [
    text?.text,
    ...fields.map((field) => field.text),
    elements.map((element) => elementText(element, 0)).join(""),
  ]
    .filter((line) => line !== undefined && line !== "")
    .join("\n");
}

/** Of a context, and of rich text, whose elements have elements. */
function elementText(given: unknown, depth: number): string {
  if (typeof given !== "object" || given === null || depth > DEPTH_MAX)
    return "";
  const own = "text" in given ? given.text : undefined;
  const url = "url" in given && typeof given.url === "string" ? given.url : "";
  const inner =
    "elements" in given && Array.isArray(given.elements)
      ? given.elements.map((one) => elementText(one, depth + 1)).join("")
      : "";
  const shown =
    typeof own === "string"
      ? own
      : typeof own === "object"
        ? elementText(own, depth + 1)
        : "";
  return words(shown, url) + inner;
}

/** Replaces the marks of Slack for links, people and channels. */
function plainText(marked: string): string {
  return marked
    .replace(/<([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>/g, readMark)
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function readMark(_: string, target: string, label?: string): string {
  const name = label ?? "";
  switch (target[0]) {
    case "@":
      return `@${name || target.slice(1)}`;
    case "#":
      return `#${name || target.slice(1)}`;
    case "!":
      return name || `@${target.slice(1).split("^", 1)[0]}`;
    default:
      return name === "" || name === target ? target : `${name} (${target})`;
  }
}
