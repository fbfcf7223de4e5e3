// Message list tools: find the message under the pointer, the focus or the finger, move between messages by keys, and jump to one.
import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { activeMessage } from "../active-message.ts";
import { session } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import type { DisplayMessage } from "../display-message.ts";
import { markMail } from "../mail-reading.ts";
import type { MessageAction } from "../message-actions.ts";
import type { ListRow } from "../message-rows.ts";
import { actionsFor, runAction } from "../message-tools.ts";
import { closePast, PastState } from "../past-state.ts";
import { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { selectedSource } from "./copied-messages.ts";
import { watchLongPress } from "./long-press.ts";
import { PastView } from "./past-view.tsx";
import { CutNotice, UnreadBar } from "./unread-bar.tsx";

/** The keys of the focused message. */
const KEYS: Readonly<Record<string, MessageAction>> = {
  e: "edit",
  r: "reply",
  t: "thread",
  "+": "react",
  Delete: "delete",
};

/** A message is lit for this time after a jump. */
const LIT_MS = 2500;

interface ToolsProps {
  readonly conversation: Conversation;
  readonly rows: readonly ListRow[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly scrollToRow: (index: number) => void;
}

export function MessageListTools(props: ToolsProps) {
  const { conversation, scroller } = props;
  useEffect(() => {
    const { current: list } = scroller;
    if (list === null) return;
    const stops = [
      watchPointer(list, conversation),
      watchFocus(list, conversation),
      watchKeys(list, conversation),
      watchCopy(list, conversation),
      watchLongPress(list, (element) => openMenu(conversation, element)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [conversation, scroller]);
  const isGone = useJump(props);
  useSignalEffect(() => {
    if (session.value !== null) markMail(session.value, Date.now());
  });
  return (
    <>
      {conversation instanceof RoomState && <PastView room={conversation} />}
      {conversation.kind !== "thread" && <UnreadBar {...props} />}
      <CutNotice conversation={conversation} />
      {isGone && (
        <p class="jump-failed" role="alert">
          {toolTexts.value.messageGone}
        </p>
      )}
    </>
  );
}

/** The notice that a message is gone stays for this time. */
const GONE_MS = 5000;

/** @returns true for a moment, if the message to show is gone */
function useJump({
  conversation,
  rows,
  scroller,
  scrollToRow,
}: ToolsProps): boolean {
  const [isGone, setGone] = useState(false);
  const [loading, setLoading] = useState<object | null>(null);
  const jump = conversation.jump.value;
  const isLoaded = conversation.isLoaded.value;
  const latest = useRef(rows);
  latest.current = rows;
  useEffect(() => {
    if (jump === null || !isLoaded) return;
    const { seq } = jump;
    const scroll = () => {
      const index = latest.current.findIndex(
        (row) => row.kind === "message" && row.message.seq === seq,
      );
      if (index >= 0) scrollToRow(index);
      return index >= 0;
    };
    if (scroll()) {
      conversation.jump.value = null;
      light(scroller.current, seq, scroll);
    } else if (loading !== jump) {
      setLoading(jump);
      conversation.loadAround(jump.seq).then((isThere) => {
        if (isThere || conversation.jump.peek() !== jump) return;
        conversation.jump.value = null;
        setGone(true);
      });
    }
  }, [jump, isLoaded, rows, loading]);
  useEffect(() => {
    if (!isGone) return;
    const timer = setTimeout(() => setGone(false), GONE_MS);
    return () => clearTimeout(timer);
  }, [isGone]);
  return isGone;
}

/** Attempts to find a message that the list is about to render. */
const FRAMES_MAX = 60;
/** After so many without it, the list scrolls to it again. */
const SCROLL_FRAMES = 10;

/**
 * Lights a message and gives it the focus. While the list settles, it may render
 * the message again: the new element is lit then.
 */
function light(
  list: HTMLElement | null,
  seq: number,
  scroll: () => void,
  frames = 0,
  lit: HTMLElement | null = null,
): void {
  const message = lit?.isConnected
    ? lit
    : list?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (message && message !== lit) {
    message.dataset.lit = "";
    message.focus({ preventScroll: true });
    setTimeout(() => {
      delete message.dataset.lit;
    }, LIT_MS);
  }
  // Older messages that come meanwhile move it away.
  else if (!message && frames % SCROLL_FRAMES === SCROLL_FRAMES - 1) scroll();
  if (frames < FRAMES_MAX)
    requestAnimationFrame(() => light(list, seq, scroll, frames + 1, message));
}

function messageAround(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element
    ? target.closest<HTMLElement>("[data-message]")
    : null;
}

function messageOf(
  conversation: Conversation,
  element: HTMLElement | null,
): DisplayMessage | undefined {
  const key = element?.dataset.key;
  return conversation.messages.peek().find((one) => one.key === key);
}

function activate({ id }: Conversation, element: HTMLElement | null): void {
  const key = element?.dataset.key;
  activeMessage.value = key === undefined ? null : `${id} ${key}`;
}

/** The toolbar is the pointer's, as long as it hovers. */
function watchPointer(
  list: HTMLElement,
  conversation: Conversation,
): () => void {
  // The pointer may have been there before these tools.
  const hovered = list.querySelector<HTMLElement>("[data-message]:hover");
  if (hovered !== null && window.matchMedia("(hover: hover)").matches)
    activate(conversation, hovered);
  return listen(list, {
    pointerover: ({ target, pointerType }) => {
      if (pointerType !== "touch" && dialog.peek() === null)
        activate(conversation, messageAround(target));
    },
    pointerleave: () => {
      if (dialog.peek() === null && !list.querySelector(":focus-visible"))
        activate(conversation, null);
    },
  });
}

function watchFocus(list: HTMLElement, conversation: Conversation): () => void {
  return listen(list, {
    focusin: ({ target }) => {
      // A click is no wish for the toolbar; the pointer has its own.
      if (target instanceof Element && target.matches(":focus-visible"))
        activate(conversation, messageAround(target));
    },
    focusout: ({ relatedTarget }) => {
      const isInside =
        relatedTarget instanceof Node && list.contains(relatedTarget);
      // A dialog gives the focus back to the toolbar.
      if (!isInside && dialog.peek() === null) activate(conversation, null);
    },
  });
}

function watchKeys(list: HTMLElement, conversation: Conversation): () => void {
  return listen(list, {
    keydown: (event) => {
      const { key, target, altKey, ctrlKey, metaKey } = event;
      if (altKey || ctrlKey || metaKey) return;
      const element = messageAround(target);
      const isToolbar = target !== element && target !== list;
      if (key === "Escape" && element !== null) {
        // The list does not jump to its end.
        event.stopPropagation();
        if (isToolbar) element.focus();
        else leaveList(list, conversation);
        return;
      }
      if (isToolbar) return;
      if (key === "ArrowUp" || key === "ArrowDown") {
        event.preventDefault();
        moveFocus(list, element, key === "ArrowUp" ? -1 : 1);
        return;
      }
      const message = messageOf(conversation, element);
      if (element === null || message === undefined) return;
      const action = KEYS[key] ?? KEYS[key.toLowerCase()];
      if (action !== undefined) {
        event.preventDefault();
        const anchor = element.getBoundingClientRect();
        runAction(action, conversation, message, anchor);
      } else if (key === "Enter" || key === "ContextMenu") {
        event.preventDefault();
        openMenu(conversation, element);
      }
    },
  });
}

/** Copied messages have their Markdown. */
function watchCopy(list: HTMLElement, conversation: Conversation): () => void {
  return listen(list, {
    copy: (event) => {
      const source = selectedSource(list, (element) =>
        messageOf(conversation, element),
      );
      if (source === null || event.clipboardData === null) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", source);
    },
  });
}

function openMenu(conversation: Conversation, element: HTMLElement): void {
  const message = messageOf(conversation, element);
  if (message === undefined || actionsFor(conversation, message).length === 0)
    return;
  const anchor = element.getBoundingClientRect();
  dialog.value = { kind: "message", conversation, message, anchor };
}

/** From the list itself the way begins at the newest message in sight. */
function moveFocus(
  list: HTMLElement,
  from: HTMLElement | null,
  step: 1 | -1,
): void {
  const all = [...list.querySelectorAll<HTMLElement>("[data-message]")];
  if (from === null) {
    const { bottom } = list.getBoundingClientRect();
    const inSight = all.findLast(
      (one) => one.getBoundingClientRect().top < bottom,
    );
    inSight?.focus();
    return;
  }
  const next = all[all.indexOf(from) + step];
  if (next !== undefined) next.focus();
  else if (step > 0) focusComposer(list);
}

/** The newest messages are shown again. */
function leaveList(list: HTMLElement, conversation: Conversation): void {
  focusComposer(list);
  if (conversation instanceof PastState) closePast();
}

function focusComposer(list: HTMLElement): void {
  list
    .closest("[data-conversation]")
    ?.querySelector<HTMLElement>("textarea")
    ?.focus();
}

type Listeners = {
  readonly [Type in keyof HTMLElementEventMap]?: (
    event: HTMLElementEventMap[Type],
  ) => void;
};

/** @returns a function that stops listening */
function listen(element: HTMLElement, listeners: Listeners): () => void {
  const abort = new AbortController();
  for (const [type, listener] of Object.entries(listeners))
    element.addEventListener(type, listener as EventListener, {
      signal: abort.signal,
    });
  return () => abort.abort();
}
