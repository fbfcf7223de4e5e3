// Message marks: show what a message answers, the reactions to it, and its thread.
import type { ComponentChildren } from "preact";
import type {
  DisplayMessage,
  DisplayQuote,
  DisplayReaction,
} from "../display-message.ts";
import { formatList, texts } from "../i18n.ts";
import { reactionLabel } from "../reaction-label.ts";
import { Icon } from "./icons.tsx";
import { usePlainText } from "./use-plain-text.ts";

/** The message that this one answers; a click goes there. */
export function Quote(props: {
  readonly quote: DisplayQuote;
  /** The text of a user who is blocked is not shown. */
  readonly blocked: ReadonlySet<string>;
  readonly onOpen: (seq: number) => void;
}) {
  const { quote, blocked, onOpen } = props;
  const t = texts.value;
  if ("erased" in quote) return <p class="quote">{t.quoteGone}</p>;
  if (blocked.has(quote.user)) return <p class="quote">{t.collapsed(1)}</p>;
  return <QuotedText quote={quote} onOpen={onOpen} />;
}

interface QuotedProps {
  readonly quote: Exclude<DisplayQuote, { readonly erased: true }>;
  readonly onOpen: (seq: number) => void;
}

function QuotedText({ quote, onOpen }: QuotedProps) {
  const { seq, username } = quote;
  const text = usePlainText(quote.text);
  return (
    <button
      type="button"
      class="quote"
      aria-label={`${texts.value.answerTo(username)}: ${text}`}
      onClick={() => onOpen(seq)}
    >
      <bdi class="author">{username}</bdi>
      <span dir="auto">{text}</span>
    </button>
  );
}

interface ReactionsProps {
  readonly reactions: readonly DisplayReaction[];
  /** The server is too old, or there is no connection to a room. */
  readonly isReadOnly: boolean;
  readonly onToggle: (reaction: DisplayReaction) => void;
}

export function Reactions({ reactions, isReadOnly, onToggle }: ReactionsProps) {
  if (reactions.length === 0) return null;
  return (
    <ul class="reactions" aria-label={texts.value.reactions}>
      {reactions.map((one) => {
        const label = reactionLabel(one, texts.value, formatList);
        return (
          <li key={one.emoji}>
            <button
              type="button"
              aria-pressed={one.mine}
              aria-disabled={isReadOnly}
              aria-label={label}
              title={label}
              data-reaction={one.emoji}
              onClick={() => isReadOnly || onToggle(one)}
            >
              {one.emoji} <span>{one.count}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Opens the thread that begins with the message, or has it. */
export function ThreadLink(props: {
  readonly message: DisplayMessage;
  readonly onOpen: (root: number) => void;
  /** What stands beside the number of replies. */
  readonly children?: ComponentChildren;
}) {
  const { message, onOpen, children } = props;
  const { seq, thread, replies } = message;
  const root = thread ?? seq;
  const count = replies?.count ?? 0;
  const t = texts.value;
  if (root === undefined || (thread === undefined && count === 0)) return null;
  return (
    <button
      type="button"
      class="quiet thread-link"
      data-thread={root}
      onClick={() => onOpen(root)}
    >
      <Icon name="thread" />
      {thread === undefined ? t.replies(count) : t.inThread}
      {/* A screen reader needs the space. */} {children}
    </button>
  );
}
