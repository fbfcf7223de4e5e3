// Markdown nodes: describe a parsed text as a tree whose leaves are the whole text.

/** A part of a text. `source` is what the author wrote. */
export type MarkdownNode =
  | { readonly kind: "text" | "syntax"; readonly source: string }
  | (MarkdownParent &
      (
        | { readonly kind: "bold" | "italic" | "strike" | "code" | "quote" }
        | {
            readonly kind: "link";
            /** An address of http, https or mailto, as it was written. */
            readonly href: string;
            /** The text is the address itself. */
            readonly isBare: boolean;
          }
        | {
            readonly kind: "codeBlock";
            /** "": none is given. */
            readonly language: string;
          }
        /** The children are items, and line breaks as `syntax`. */
        | { readonly kind: "list"; readonly isOrdered: boolean }
        | {
            readonly kind: "item";
            /** null in a list without numbers. */
            readonly number: number | null;
          }
      ));

interface MarkdownParent {
  readonly source: string;
  readonly children: readonly MarkdownNode[];
}

/** Counts the characters that are looked at. */
export interface StepCount {
  steps: number;
}

/** Letters and signs that show as something, in any version of Unicode. */
const SHOWN =
  /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]]/v;

/** True if people can see something of the text. */
export function showsText(text: string): boolean {
  return SHOWN.test(text);
}

/** A mark or joiner would act on the character before hidden markup. */
export const JOINS = /^[\p{M}\p{Cf}]/u;

/** Joins neighbours of the same kind. */
export function mergeText(nodes: readonly MarkdownNode[]): MarkdownNode[] {
  const merged: MarkdownNode[] = [];
  let pieces: string[] = [];
  const flush = () => {
    if (pieces.length > 0)
      merged.push({ kind: "text", source: pieces.join("") });
    pieces = [];
  };
  for (const node of nodes)
    if (node.kind === "text") pieces.push(node.source);
    else {
      flush();
      merged.push(node);
    }
  flush();
  return merged;
}
