// Markdown: parses the small subset of Markdown that the page and the terminal client show.
//
// Own code, since micromark (11.6 KB compressed), marked, markdown-it and
// commonmark.js read far more than this subset, make italics of `2*3*4`, and
// take the arm off `¯\_(ツ)_/¯`; snarkdown and simple-markdown let unsafe links
// through or are quadratic.
import { parseInline } from "./markdown-inline.ts";
import { type FindLinks, findUrls } from "./markdown-links.ts";
import {
  JOINS,
  type MarkdownNode,
  mergeText,
  type StepCount,
  showsText,
} from "./markdown-nodes.ts";

/** Quotes and lists in each other. Deeper ones are plain text. */
const BLOCK_DEPTH_MAX = 4;

export interface MarkdownOptions {
  /** Finds URLs without markup; by default those with a protocol. */
  readonly findLinks?: FindLinks;
  /** Counts the characters that are looked at. */
  readonly count?: StepCount;
}

/**
 * Parses a text in linear time. The sources of the nodes, joined, are the
 * text. A text without markup is one `text` node.
 *
 * A `syntax` node is markup that is not shown, such as `**`. No mark or joiner
 * ever follows it, so that hiding it stacks no marks; and every other node
 * shows something, so that no markup makes a text invisible.
 */
export function parseMarkdown(
  text: string,
  options: MarkdownOptions = {},
): MarkdownNode[] {
  const { findLinks = findUrls, count = { steps: 0 } } = options;
  const parser = new BlockParser(findLinks, count);
  const nodes = parser.parse(splitLines(text), 0);
  const isPlain = nodes.every((node) => !("children" in node));
  return isPlain && text !== "" ? [{ kind: "text", source: text }] : nodes;
}

/** A line, from which the markup of the blocks around it is taken off. */
interface Line {
  /** The markup that was taken off, and is in no node yet. */
  readonly prefix: string;
  readonly text: string;
  /** A line break, or "" at the end of the text. */
  readonly end: string;
}

function splitLines(text: string): Line[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const end = line.endsWith("\n") ? "\n" : "";
    return { prefix: "", text: line.slice(0, line.length - end.length), end };
  });
}

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
const LANGUAGE = /^[\w+#.-]{1,24}$/;
const QUOTE = /^>(?:[ \t]|$)/;
const ITEM = /^ {0,3}(?:[-*]|(\d{1,3})[.)])[ \t]+(?=\S)/;
const INDENT = /^(?:\t| {2,})/;

interface Item {
  readonly marker: string;
  readonly number: number | null;
}

function readItem(text: string): Item | null {
  const [marker, digits] = ITEM.exec(text) ?? [];
  if (marker === undefined) return null;
  const rest = text.slice(marker.length);
  if (JOINS.test(rest) || !showsText(rest)) return null;
  return { marker, number: digits === undefined ? null : Number(digits) };
}

function isQuoted({ text }: Line): boolean {
  return QUOTE.test(text) && !JOINS.test(text.slice(2, 4));
}

/** Collects nodes, and decides which line breaks are shown. */
class NodeList {
  readonly #nodes: MarkdownNode[] = [];
  #break = "";
  #isAfterText = false;

  addText(nodes: readonly MarkdownNode[]): void {
    // A blank line beside a block is the distance that the block has anyway.
    if (nodes.length === 0 && !this.#isAfterText) {
      this.#addBreak("syntax");
      return;
    }
    this.#addBreak(this.#isAfterText ? "text" : "syntax");
    for (const node of nodes) this.#nodes.push(node);
    this.#isAfterText = true;
  }

  addBlock(node: MarkdownNode): void {
    this.#addBreak("syntax");
    for (let at = this.#nodes.length - 1; at >= 0; at--) {
      const { kind, source } = this.#nodes[at] as MarkdownNode;
      if (source !== "\n") break;
      if (kind === "text") this.#nodes[at] = { kind: "syntax", source };
    }
    this.#nodes.push(node);
    this.#isAfterText = false;
  }

  /** Adds markup; a line break before it is not shown. */
  addMarkup(source: string): void {
    if (source === "") return;
    this.#addBreak("syntax");
    this.#nodes.push({ kind: "syntax", source });
  }

  /** The break is shown if text stands on both sides. */
  endLine(lineBreak: string): void {
    this.#break = lineBreak;
  }

  takeBreak(): string {
    const lineBreak = this.#break;
    this.#break = "";
    return lineBreak;
  }

  /** @returns all nodes; the last line break is not shown */
  end(): MarkdownNode[] {
    this.#addBreak("syntax");
    return mergeText(this.#nodes);
  }

  #addBreak(kind: "text" | "syntax"): void {
    const source = this.takeBreak();
    if (source !== "") this.#nodes.push({ kind, source });
  }
}

class BlockParser {
  readonly #findLinks: FindLinks;
  readonly #count: StepCount;

  constructor(findLinks: FindLinks, count: StepCount) {
    this.#findLinks = findLinks;
    this.#count = count;
  }

  parse(lines: readonly Line[], depth: number): MarkdownNode[] {
    const list = new NodeList();
    this.#parseInto(list, lines, depth);
    return list.end();
  }

  #parseInto(list: NodeList, lines: readonly Line[], depth: number): void {
    let at = 0;
    while (at < lines.length) {
      const line = lines[at] as Line;
      this.#count.steps += line.text.length + 1;
      const used =
        this.#codeBlock(list, lines, at) ||
        (depth < BLOCK_DEPTH_MAX &&
          (this.#quote(list, lines, at, depth) ||
            this.#list(list, lines, at, depth)));
      if (used) {
        at += used;
        continue;
      }
      this.#addLine(list, line);
      at++;
    }
  }

  #addLine(list: NodeList, { prefix, text, end }: Line): void {
    list.addText([
      ...syntax(prefix),
      ...parseInline(text, this.#findLinks, this.#count),
    ]);
    list.endLine(end);
  }

  /**
   * Code begins in the line after the fence, or in the same one. Without a
   * closing fence it ends with the text.
   *
   * @returns the number of lines; 0: there is no code block
   */
  #codeBlock(list: NodeList, lines: readonly Line[], at: number): number {
    const { prefix, text, end } = lines[at] as Line;
    const [, fence = "", rest = ""] = FENCE.exec(text) ?? [];
    if (fence === "" || JOINS.test(rest)) return 0;
    const word = rest.trim();
    const isWord = word === "" || LANGUAGE.test(word);
    const opening = isWord ? text : text.slice(0, text.length - rest.length);
    const code = new NodeList();
    code.addMarkup(prefix + opening);
    if (!isWord) code.addText([{ kind: "text", source: rest }]);
    code.endLine(end);
    let shows = !isWord && showsText(rest);
    let next = at + 1;
    for (let isOpen = true; isOpen && next < lines.length; next++) {
      const line = lines[next] as Line;
      this.#count.steps += line.text.length + 1;
      const { before, closing } = splitClosing(line.text, fence.length);
      isOpen = closing === "";
      shows ||= showsText(before);
      if (isOpen || before !== "")
        code.addText([
          ...syntax(line.prefix),
          ...(before === "" ? [] : [{ kind: "text", source: before } as const]),
        ]);
      code.addMarkup((before === "" && !isOpen ? line.prefix : "") + closing);
      code.endLine(line.end);
    }
    if (!shows) return 0;
    const lineBreak = code.takeBreak();
    const language = isWord ? word : "";
    list.addBlock({ kind: "codeBlock", language, ...joined(code.end()) });
    list.endLine(lineBreak);
    return next - at;
  }

  #quote(
    list: NodeList,
    lines: readonly Line[],
    at: number,
    depth: number,
  ): number {
    let end = at;
    let shows = false;
    const inner: Line[] = [];
    for (let line = lines[end]; line && isQuoted(line); line = lines[++end]) {
      this.#count.steps += line.text.length;
      const stripped = strip(line, Math.min(2, line.text.length));
      shows ||= showsText(stripped.text);
      inner.push(stripped);
    }
    if (!shows) return 0;
    const children = this.parse(inner, depth + 1);
    list.addBlock({ kind: "quote", ...joined(children) });
    return end - at;
  }

  #list(
    list: NodeList,
    lines: readonly Line[],
    at: number,
    depth: number,
  ): number {
    const first = readItem((lines[at] as Line).text);
    if (first === null) return 0;
    const isOrdered = first.number !== null;
    const items: MarkdownNode[] = [];
    let end = at;
    let item: Item | null = first;
    while (item !== null && (item.number !== null) === isOrdered) {
      const start = strip(lines[end] as Line, item.marker.length);
      this.#count.steps += start.text.length + item.marker.length;
      const width = item.marker.trimStart().length;
      const inner: Line[] = [];
      for (let line = lines[++end]; line !== undefined; line = lines[++end]) {
        const [indent] = INDENT.exec(line.text) ?? [];
        if (indent === undefined || line.text.trim() === "") break;
        this.#count.steps += line.text.length;
        inner.push(
          strip(line, indent === "\t" ? 1 : Math.min(width, indent.length)),
        );
      }
      const content = new NodeList();
      this.#addLine(content, start);
      this.#parseInto(content, inner, depth + 1);
      const { number } = item;
      items.push({ kind: "item", number, ...joined(content.end()) });
      const after = lines[end];
      item = after === undefined ? null : readItem(after.text);
    }
    list.addBlock({ kind: "list", isOrdered, ...joined(items) });
    return end - at;
  }
}

/** Takes markup off the start of a line. */
function strip({ prefix, text, end }: Line, length: number): Line {
  return {
    ...{
      prefix: prefix + text.slice(0, length),
      text: text.slice(length),
      end,
    },
  };
}

/** A line ends the code if it ends with as many backticks, or more. */
function splitClosing(
  text: string,
  size: number,
): { readonly before: string; readonly closing: string } {
  let from = text.trimEnd().length;
  const end = from;
  while (text[from - 1] === "`") from--;
  if (end - from < size) return { before: text, closing: "" };
  const before = text.slice(0, from);
  return before.trim() === ""
    ? { before: "", closing: text }
    : { before, closing: text.slice(from) };
}

function syntax(source: string): MarkdownNode[] {
  return source === "" ? [] : [{ kind: "syntax", source }];
}

function joined(children: readonly MarkdownNode[]): {
  readonly source: string;
  readonly children: readonly MarkdownNode[];
} {
  return { source: children.map(({ source }) => source).join(""), children };
}
