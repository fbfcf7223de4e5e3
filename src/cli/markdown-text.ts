// Markdown text: styles the marks, code, quotes and links of a message for a terminal.
import { parseMarkdown } from "../protocol/markdown.ts";
import type { MarkdownNode } from "../protocol/markdown-nodes.ts";
import {
  type Style,
  type StyledText,
  styled,
  type TextMark,
} from "./styled-text.ts";

/** Gives the words between the markup their styles. */
type ToWords = (text: string) => readonly StyledText[];

const CODE_INDENT = "    ";

/**
 * The parts of a text. Where a terminal has no styles, the parts for the source
 * are shown, and these are the text as it was written.
 *
 * @param toWords for text outside code; by default all has that style
 */
export function markdownText(
  text: string,
  style: Style = "plain",
  toWords: ToWords = (words) => [styled(words, style)],
): StyledText[] {
  const write = new Writer(style, toWords);
  write.nodes(parseMarkdown(text), []);
  return write.parts;
}

class Writer {
  readonly parts: StyledText[] = [];
  readonly #style: Style;
  readonly #toWords: ToWords;

  constructor(style: Style, toWords: ToWords) {
    this.#style = style;
    this.#toWords = toWords;
  }

  nodes(nodes: readonly MarkdownNode[], marks: readonly TextMark[]): void {
    for (const node of nodes) this.#node(node, marks);
  }

  #node(node: MarkdownNode, marks: readonly TextMark[]): void {
    switch (node.kind) {
      case "text":
        for (const part of this.#toWords(node.source)) this.#add(part, marks);
        break;
      case "syntax":
        this.#lineStart(node.source);
        break;
      case "bold":
      case "italic":
      case "strike":
        this.#marked(node.children, [...marks, node.kind]);
        break;
      case "code":
        for (const { kind, source } of node.children)
          if (kind === "syntax") this.#source(source);
          else this.#add(styled(source, this.#style), [...marks, node.kind]);
        break;
      case "link":
        this.#marked(node.children, [...marks, node.kind]);
        if (!node.isBare)
          this.#styled(` (${readableAddress(node.href)})`, "faint");
        break;
      case "codeBlock":
        this.#codeBlock(node.children);
        break;
      default:
        this.nodes(node.children, marks);
    }
  }

  /** The first and the last child may be the signs of the mark. */
  #marked(children: readonly MarkdownNode[], marks: readonly TextMark[]): void {
    for (const child of children)
      if (child.kind === "syntax") this.#source(child.source);
      else this.#node(child, marks);
  }

  /** A line break, a bar for each quote, and the sign of a list as it is. */
  #lineStart(source: string): void {
    if (!source.includes(">")) {
      this.#add(styled(source, this.#style), []);
      return;
    }
    this.#source(source);
    this.#styled(source.replaceAll(">", "┃"), "faint");
  }

  /** The lines of the fences are not shown; the code is indented. */
  #codeBlock(children: readonly MarkdownNode[]): void {
    const isFence = (at: number) =>
      children[at]?.kind === "syntax" && children[at].source.includes("`");
    // The code does not begin behind the name of the author.
    if (this.parts.length === 0) this.#styled("\n");
    let isLineStart = true;
    for (const [at, { kind, source }] of children.entries()) {
      const isFenceBreak =
        source === "\n" &&
        kind === "syntax" &&
        (isFence(at - 1) || isFence(at + 1));
      if (isFence(at) || isFenceBreak) this.#source(source);
      else if (kind === "syntax") this.#lineStart(source);
      else
        for (const piece of source.split(/(\n)/)) {
          if (piece === "") continue;
          if (isLineStart) this.#styled(CODE_INDENT);
          isLineStart = piece === "\n";
          this.#add(styled(piece, this.#style), piece === "\n" ? [] : ["code"]);
        }
    }
  }

  #add(part: StyledText, marks: readonly TextMark[]): void {
    if (part.text !== "")
      this.parts.push(marks.length === 0 ? part : { ...part, marks });
  }

  #source(text: string): void {
    this.parts.push({ ...styled(text, this.#style), only: "source" });
  }

  #styled(text: string, style: Style = this.#style): void {
    this.parts.push({ ...styled(text, style), only: "styled" });
  }
}

/** The host in ASCII, so that no letter looks like another one. */
function readableAddress(href: string): string {
  const isMail = /^mailto:/i.test(href);
  return isMail
    ? href.slice("mailto:".length)
    : href.replace(
        /^(https?:\/\/)[^/?#]*/i,
        (_, protocol: string) => protocol + new URL(href).host,
      );
}
