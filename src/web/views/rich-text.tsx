// Rich text view: shows the text of a message as text, marks, code, quotes, lists and links, never as markup of its own.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { texts } from "../i18n.ts";
import { onDemandParts } from "../on-demand.ts";
import {
  isLinkParserLoaded,
  parseRichText,
  type RichTextPart,
} from "../rich-text.ts";

interface RichTextProps {
  readonly text: string;
  /** The name of the user, if they are mentioned. */
  readonly me: string;
}

export function RichText({ text, me }: RichTextProps) {
  const isLoaded = isLinkParserLoaded();
  const parts = useMemo(() => parseRichText(text, me), [text, me, isLoaded]);
  return <>{showParts(parts)}</>;
}

function showParts(parts: readonly RichTextPart[]): ComponentChildren[] {
  return parts.map((part, index) => {
    const key = `${index} ${part.kind}`;
    switch (part.kind) {
      case "plain":
        return part.text;
      case "syntax":
        return null;
      case "mention":
        return <mark key={key}>{part.text}</mark>;
      case "link":
        return (
          <a
            key={key}
            href={part.href}
            // Beside a name, so that no name passes for another address.
            data-address={part.children === null ? undefined : hostOf(part)}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
          >
            {part.children === null ? part.label : showParts(part.children)}
          </a>
        );
      case "bold":
        return <strong key={key}>{showParts(part.children)}</strong>;
      case "italic":
        return <em key={key}>{showParts(part.children)}</em>;
      case "strike":
        return <s key={key}>{showParts(part.children)}</s>;
      case "code":
        return (
          <code key={key} translate={false}>
            {showParts(part.children)}
          </code>
        );
      case "codeBlock":
        return <CodeBlock key={key} {...part} />;
      case "quote":
        return (
          <blockquote key={key} dir="auto">
            {showParts(part.children)}
          </blockquote>
        );
      case "list":
        return part.number === true ? (
          <ol key={key} dir="auto">
            {showParts(part.children)}
          </ol>
        ) : (
          <ul key={key} dir="auto">
            {showParts(part.children)}
          </ul>
        );
      case "item":
        return (
          <li
            key={key}
            value={typeof part.number === "number" ? part.number : undefined}
          >
            {showParts(part.children)}
          </li>
        );
      default:
        return part satisfies never;
    }
  });
}

/** The host of an address, or the whole address of a mail. */
function hostOf({ label }: Extract<RichTextPart, { kind: "link" }>): string {
  return label
    .replace(/^mailto:/i, "")
    .replace(/^https?:\/\/([^/?#]*).*/i, "$1");
}

function CodeBlock({
  language,
  code,
}: {
  readonly language: string;
  readonly code: string;
}) {
  const parts = onDemandParts.value;
  return (
    <div class="code-block" data-language={language}>
      {/* biome-ignore lint/a11y/useSemanticElements: a pre keeps the lines */}
      <pre
        dir="ltr"
        translate={false}
        role="group"
        aria-label={texts.value.codeBlock}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys
        tabIndex={0}
      >
        <code>{code}</code>
      </pre>
      {parts !== null && <parts.CopyCode code={code} />}
    </div>
  );
}
