// Copied messages: put the source of selected messages on the clipboard, with their Markdown.
import type { DisplayMessage } from "../display-message.ts";

/** Elements that begin a line. */
const BLOCKS = "blockquote, li, .code-block, .code-block + *";

/**
 * @param list the list of messages
 * @param messageOf the message that an element shows
 * @returns null if the browser copies the selection: it is not of messages, or
 *   a part of one
 */
export function selectedSource(
  list: HTMLElement,
  messageOf: (element: HTMLElement) => DisplayMessage | undefined,
): string | null {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!list.contains(range.commonAncestorContainer)) return null;
  const parts = [
    ...list.querySelectorAll<HTMLElement>("[data-message]"),
  ].flatMap((element) => {
    const shown = element.querySelector<HTMLElement>("[data-text]");
    const message = messageOf(element);
    if (shown === null || message === undefined) return [];
    const part = partWithin(range, shown);
    if (part === null || message.isDeleted) return [];
    const isWhole = part.toString().trim() === shown.textContent?.trim();
    const text = isWhole ? message.text : textOf(part);
    return [{ isWhole, text, username: message.username }];
  });
  const [first] = parts;
  if (first === undefined) return null;
  if (parts.length === 1) return first.isWhole ? first.text : null;
  return parts.map(({ username, text }) => `${username}: ${text}`).join("\n");
}

/** The part of the range in that element; null: it is empty. */
function partWithin(range: Range, element: HTMLElement): Range | null {
  if (!range.intersectsNode(element)) return null;
  const part = document.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0)
    part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0)
    part.setEnd(range.endContainer, range.endOffset);
  return part.toString().trim() === "" ? null : part;
}

function textOf(part: Range): string {
  const fragment = part.cloneContents();
  for (const block of fragment.querySelectorAll(BLOCKS)) block.before("\n");
  return (fragment.textContent ?? "").trim();
}
