// Markdown inline: parses bold, italic, strike, code and links within one line.
import {
  type FindLinks,
  type LinkRange,
  SIGNS,
  toHref,
  trimmedLength,
} from "./markdown-links.ts";
import {
  JOINS,
  type MarkdownNode,
  mergeText,
  type StepCount,
  showsText,
} from "./markdown-nodes.ts";
import { type Opener, Openers } from "./markdown-openers.ts";

/** Marks in each other. Deeper ones are plain text. */
const MARK_DEPTH_MAX = 6;

/** Scripts that put spaces between words, and so around marks. */
const SPACED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_]/u;
/** A single mark in a path or a comment of a program is none. */
const SPACED_OR_PATH = new RegExp(`${SPACED.source}|/`, "u");
/** Neither is a face such as ^_^. */
const NOT_BLANK = /[^\s^]/;
/** `_` is common in faces such as ;_; too. */
const WORD_START = /[\p{L}\p{N}\p{Ps}\p{Pi}\p{So}"'*~`@#]/u;
const WORDS = /[\p{L}\p{N}\p{So}]/u;
/** A node with what is known of it. */
interface Entry {
  node: MarkdownNode;
  readonly depth: number;
  /** A mark around signs alone is none: *_* is a face. */
  readonly hasWords: boolean;
}

type Mark = "bold" | "italic" | "strike";

/** By the sign, and the number of signs less one. Three are two marks. */
const MARKS: Readonly<Record<string, readonly (Mark | null)[]>> = {
  "*": ["italic", "bold", "italic"],
  // Two are common in names of programs, such as `__init__`.
  _: ["italic"],
  "~": [null, "strike"],
};

/** Parses one line. A line without markup is one `text` node, or none. */
export function parseInline(
  line: string,
  findLinks: FindLinks,
  count: StepCount,
): MarkdownNode[] {
  return new InlineParser(line, findLinks, count).parse();
}

class InlineParser {
  readonly #line: string;
  readonly #findLinks: FindLinks;
  readonly #count: StepCount;
  readonly #entries: Entry[] = [];
  readonly #openers = new Openers();
  /** The end of the text that is in entries. */
  #done = 0;

  constructor(line: string, findLinks: FindLinks, count: StepCount) {
    this.#line = line;
    this.#findLinks = findLinks;
    this.#count = count;
  }

  parse(): MarkdownNode[] {
    const line = this.#line;
    const codes = this.#findCode();
    const links = this.#findBare(codes);
    let at = 0;
    let nextLink = 0;
    while (at < line.length) {
      this.#count.steps++;
      while ((links[nextLink]?.from ?? at) < at) nextLink++;
      const link = links[nextLink];
      const sign = line[at] as string;
      const code = codes.get(at);
      if (code !== undefined) {
        this.#addText(at);
        this.#addCode(at, code);
        at = code.to;
        this.#done = at;
      } else if (link?.from === at) {
        this.#addText(at);
        this.#addBare(line.slice(at, link.to));
        at = link.to;
        this.#done = at;
      } else if (sign === "[" && !this.#joinsAt(at + 1)) {
        this.#addText(at);
        this.#open(sign, 1);
        this.#done = ++at;
      } else if (sign === "]") at = this.#closeBracket(at);
      else if (MARKS[sign] !== undefined) at = this.#readMark(at, sign);
      else at++;
    }
    this.#addText(line.length);
    return mergeText(this.#entries.map(({ node }) => node));
  }

  /** The code in the line, by its start. */
  #findCode(): Map<number, { size: number; to: number }> {
    const line = this.#line;
    const found = new Map<number, { size: number; to: number }>();
    const runs = [...line.matchAll(/`+/g)];
    this.#count.steps += line.length;
    /** The next run of the same length. */
    const next: (number | undefined)[] = [];
    const last = new Map<number, number>();
    for (let index = runs.length - 1; index >= 0; index--) {
      const size = runs[index]?.[0].length ?? 0;
      next[index] = last.get(size);
      last.set(size, index);
    }
    for (let index = 0; index < runs.length; index++) {
      const end = next[index];
      const [open, close] = [runs[index], runs[end ?? -1]];
      if (end === undefined || !open || !close) continue;
      const size = open[0].length;
      const [from, to] = [open.index + size, close.index];
      this.#count.steps += to - from;
      const isEscaped = line[open.index - 1] === "\\";
      if (isEscaped || this.#joinsAt(from) || this.#joinsAt(to + size))
        continue;
      if (!showsText(line.slice(from, to))) continue;
      found.set(open.index, { size, to: to + size });
      index = end;
    }
    return found;
  }

  /** The addresses outside code. */
  #findBare(codes: ReadonlyMap<number, { to: number }>): LinkRange[] {
    const found: LinkRange[] = [];
    let from = 0;
    const find = (to: number) => {
      const part = this.#line.slice(from, to);
      this.#count.steps += part.length;
      for (const range of this.#findLinks(part)) {
        const words = part.slice(range.from, range.to);
        const [kept = ""] = /^[^<>[\]`]*/.exec(words) ?? [];
        const length = trimmedLength(kept, SIGNS);
        const start = from + range.from;
        if (length > 0) found.push({ from: start, to: start + length });
      }
    };
    for (const [at, { to }] of codes) {
      find(at);
      from = to;
    }
    find(this.#line.length);
    return found;
  }

  #addText(to: number): void {
    if (to > this.#done) this.#addPiece(this.#line.slice(this.#done, to));
    this.#done = to;
  }

  #addPiece(source: string): void {
    this.#entries.push({
      ...{ node: { kind: "text", source }, depth: 0 },
      hasWords: WORDS.test(source) && showsText(source),
    });
  }

  #addCode(at: number, { size, to }: { size: number; to: number }): void {
    const fence = this.#line.slice(at, at + size);
    const inner = this.#line.slice(at + size, to - size);
    // One blank on each side sets off a backtick within.
    const isPadded =
      /^ [^\p{M}\p{Cf}]/u.test(inner) &&
      inner.endsWith(" ") &&
      inner.includes("`");
    const pad = isPadded ? " " : "";
    const children: MarkdownNode[] = [
      { kind: "syntax", source: fence + pad },
      { kind: "text", source: isPadded ? inner.slice(1, -1) : inner },
      { kind: "syntax", source: pad + fence },
    ];
    const source = this.#line.slice(at, to);
    const node: MarkdownNode = { kind: "code", source, children };
    this.#entries.push({ node, depth: 1, hasWords: true });
  }

  #addBare(words: string): void {
    const href = toHref(words);
    if (href === null) {
      this.#addPiece(words);
      return;
    }
    const children = [{ kind: "text", source: words }] as const;
    const node = { kind: "link", href, isBare: true, source: words, children };
    this.#entries.push({
      node: node as MarkdownNode,
      depth: 1,
      hasWords: true,
    });
  }

  #open(sign: string, size: number): void {
    this.#openers.push({ sign, size, at: this.#entries.length });
    this.#addPiece(sign.repeat(size));
  }

  #dropAfter(opener: Opener): void {
    this.#count.steps += this.#openers.dropAfter(opener);
  }

  #readMark(from: number, sign: string): number {
    const line = this.#line;
    let to = from;
    while (line[to] === sign) to++;
    this.#count.steps += to - from;
    const size = to - from;
    const kinds = MARKS[sign] ?? [];
    const before = this.#before(from);
    const after = characterAt(line, to);
    if (!kinds[size - 1] || before === "\\" || JOINS.test(after)) return to;
    const opens = sign === "_" ? WORD_START : NOT_BLANK;
    const outside = size === 1 ? SPACED_OR_PATH : SPACED;
    const mayOpen =
      opens.test(after) && before !== "^" && !outside.test(before);
    const mayClose = NOT_BLANK.test(before) && !outside.test(after);
    if (!mayOpen && !mayClose) return to;
    this.#addText(from);
    this.#done = to;
    const rest = mayClose ? this.#closeMarks(sign, size) : size;
    if (rest === size && mayOpen) this.#open(sign, size);
    else if (rest > 0) this.#addPiece(sign.repeat(rest));
    return to;
  }

  /** @returns the size of the mark that is left */
  #closeMarks(sign: string, size: number): number {
    let rest = size;
    while (rest > 0) {
      const opener = this.#openers.find(sign, rest);
      if (opener === undefined) break;
      // Three signs are italic in bold.
      const both = Math.min(rest, opener.size);
      const used = both === 3 ? 1 : both;
      this.#dropAfter(opener);
      const inner = this.#takeAfter(opener);
      if (inner === null) {
        this.#openers.dropLast();
        break;
      }
      rest -= used;
      const left = opener.size - used;
      this.#openers.resizeLast(left);
      this.#entries.pop();
      if (left > 0) this.#addPiece(sign.repeat(left));
      const mark = sign.repeat(used);
      this.#wrap(inner, mark, mark, {
        kind: MARKS[sign]?.[used - 1] ?? "italic",
      });
    }
    return rest;
  }

  #wrap(
    inner: readonly Entry[],
    opening: string,
    closing: string,
    parent:
      | { readonly kind: Mark }
      | {
          readonly kind: "link";
          readonly href: string;
          readonly isBare: false;
        },
  ): void {
    let depth = 0;
    for (const one of inner) depth = Math.max(depth, one.depth);
    const children = mergeText([
      { kind: "syntax", source: opening },
      ...inner.map(({ node }) => node),
      { kind: "syntax", source: closing },
    ]);
    const source = children.map((child) => child.source).join("");
    this.#count.steps += source.length;
    const node: MarkdownNode = { ...parent, source, children };
    this.#entries.push({ node, depth: depth + 1, hasWords: true });
  }

  /** @returns null if they have no words, or are too deep; they stay then */
  #takeAfter({ at }: Opener): Entry[] | null {
    const inner = this.#entries.slice(at + 1);
    this.#count.steps += inner.length;
    const fits = inner.every(({ depth }) => depth < MARK_DEPTH_MAX);
    if (!fits || !inner.some(({ hasWords }) => hasWords)) return null;
    this.#entries.length = at + 1;
    return inner;
  }

  #closeBracket(at: number): number {
    const opener = this.#openers.find("[", 1);
    if (opener === undefined) return at + 1;
    const target = this.#readTarget(at);
    this.#addText(at);
    this.#dropAfter(opener);
    const inner = target === null ? null : this.#takeAfter(opener);
    this.#openers.dropLast();
    if (target === null || inner === null) return at + 1;
    this.#entries.pop();
    const closing = this.#line.slice(at, target.to);
    const { href } = target;
    const texts = inner.map((entry) => ({
      ...entry,
      node: withoutLinks(entry.node),
    }));
    this.#wrap(texts, "[", closing, { kind: "link", href, isBare: false });
    this.#done = target.to;
    // No link is in another one.
    this.#openers.forget("[");
    return target.to;
  }

  /** Reads `(https://example.com)` after a bracket. */
  #readTarget(bracket: number): { href: string; to: number } | null {
    const line = this.#line;
    if (line[bracket + 1] !== "(") return null;
    const from = bracket + 2;
    let to = from;
    let depth = 1;
    // No next bracket, so that no part of the line is read twice.
    for (; to < line.length; to++) {
      this.#count.steps++;
      const one = line[to] as string;
      if (/[\s<>[\]`"]/.test(one)) return null;
      if (one === "(") depth++;
      if (one === ")" && --depth === 0) break;
    }
    if (depth > 0 || this.#joinsAt(to + 1)) return null;
    const words = line.slice(from, to);
    const href = /^(?:https?:\/\/|mailto:)/i.test(words) ? toHref(words) : null;
    return href === null ? null : { href, to: to + 1 };
  }

  #joinsAt(at: number): boolean {
    return JOINS.test(characterAt(this.#line, at));
  }

  #before(at: number): string {
    const unit = this.#line[at - 1] ?? "";
    return /[\udc00-\udfff]/.test(unit) && at > 1
      ? characterAt(this.#line, at - 2)
      : unit;
  }
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function withoutLinks(node: MarkdownNode): MarkdownNode {
  if (!("children" in node)) return node;
  const children = mergeText(node.children.map(withoutLinks));
  return node.kind === "link"
    ? { kind: "text", source: node.source }
    : { ...node, children };
}
