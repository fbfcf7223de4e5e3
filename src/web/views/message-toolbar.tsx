// Message toolbar: shows the actions of the message under the pointer or the focus; arrow keys move in it.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import type { DisplayMessage } from "../display-message.ts";
import { QUICK_EMOJI } from "../emoji-search.ts";
import { isWide } from "../environment.ts";
import type { MessageAction } from "../message-actions.ts";
import { actionsFor, react, runAction } from "../message-tools.ts";
import { toolTexts } from "../tool-texts.ts";
import { ACTION_ICONS, actionLabel, MORE_ICON } from "./action-label.ts";
import { IconPath } from "./icons.tsx";

/** The others are in the menu. */
const IN_TOOLBAR: readonly MessageAction[] = [
  "react",
  "reply",
  "thread",
  "edit",
];

interface ToolbarProps {
  readonly conversation: Conversation;
  readonly message: DisplayMessage;
}

export function MessageToolbar({ conversation, message }: ToolbarProps) {
  const t = toolTexts.value;
  const toolbar = useRef<HTMLDivElement>(null);
  const actions = actionsFor(conversation, message);
  useLayoutEffect(() => keepInSight(toolbar.current), []);
  if (actions.length === 0) return null;
  const own = message.reactions?.filter(({ mine }) => mine) ?? [];
  const anchor = () => toolbar.current?.getBoundingClientRect();
  return (
    <div
      class="message-toolbar"
      role="toolbar"
      aria-label={t.actionsOf(message.username)}
      ref={toolbar}
      // The focus stays in the composer when a button is clicked.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onKeyDown={(event) => moveInToolbar(event, toolbar.current)}
    >
      {actions.includes("react") &&
        isWide.value &&
        QUICK_EMOJI.map((emoji, index) => (
          <button
            type="button"
            key={emoji}
            tabIndex={index === 0 ? 0 : -1}
            aria-label={t.reactWith(emoji)}
            aria-pressed={own.some((one) => one.emoji === emoji)}
            title={t.reactWith(emoji)}
            onClick={() => react(conversation, message, emoji)}
          >
            {emoji}
          </button>
        ))}
      {IN_TOOLBAR.filter((action) => actions.includes(action)).map((action) => (
        <button
          type="button"
          key={action}
          tabIndex={-1}
          aria-label={actionLabel(action, message)}
          title={actionLabel(action, message)}
          onClick={() => runAction(action, conversation, message, anchor())}
        >
          <IconPath path={ACTION_ICONS[action]} />
        </button>
      ))}
      <button
        type="button"
        tabIndex={actions.includes("react") && isWide.value ? -1 : 0}
        aria-label={t.more}
        aria-haspopup="dialog"
        title={t.more}
        onClick={() => {
          dialog.value = {
            ...{ kind: "message", conversation, message },
            anchor: anchor(),
          };
        }}
      >
        <IconPath path={MORE_ICON} />
      </button>
    </div>
  );
}

/** At the top of the list it moves down over the message. */
function keepInSight(toolbar: HTMLDivElement | null): void {
  const list = toolbar?.closest(".scroller");
  if (!toolbar || !list) return;
  const top = list.getBoundingClientRect().top;
  const hidden = top - toolbar.getBoundingClientRect().top;
  if (hidden > 0) toolbar.style.translate = `0 ${hidden}px`;
}

/** As in every toolbar, one button is reached by Tab, and the others by arrows. */
function moveInToolbar(
  event: KeyboardEvent,
  toolbar: HTMLDivElement | null,
): void {
  const buttons = [...(toolbar?.querySelectorAll("button") ?? [])];
  const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const isRtl = document.documentElement.matches(":dir(rtl)");
  const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 };
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: now + step.ArrowRight,
    ArrowLeft: now + step.ArrowLeft,
    Home: 0,
    End: buttons.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const next = buttons[(target + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next?.focus();
}
