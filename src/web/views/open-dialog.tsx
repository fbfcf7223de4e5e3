// Open dialog: shows the dialog that is open in a frame that all of them share.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { currentConversation } from "../app-state.ts";
import { closeDialog, dialog } from "../dialog-state.ts";
import { isWide, isWidest } from "../environment.ts";
import { texts } from "../i18n.ts";
import { RoomState } from "../room-state.ts";
import type { UserSession } from "../user-session.ts";
import { AccountDialog } from "./account-dialog.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { JoinDialog } from "./join-dialog.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { MemberList } from "./member-list.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { UserDialog } from "./user-dialog.tsx";

export function OpenDialog({ session }: { readonly session: UserSession }) {
  const t = texts.value;
  const current = dialog.value;
  if (current === null) return null;
  switch (current.kind) {
    case "conversations":
      // A wide window shows the list beside the conversation.
      if (isWide.value) return null;
      return (
        <DialogFrame key={current.kind} title={t.conversations}>
          <nav aria-label={t.conversations}>
            <ConversationList session={session} />
          </nav>
        </DialogFrame>
      );
    case "members":
      if (isWidest.value || !(currentConversation.value instanceof RoomState))
        return null;
      return (
        <DialogFrame key={current.kind} title={t.people}>
          <MemberList
            key={currentConversation.value.id}
            room={currentConversation.value}
          />
        </DialogFrame>
      );
    case "join":
      return (
        <DialogFrame key={current.kind} title={t.joinAnother}>
          <JoinDialog />
        </DialogFrame>
      );
    case "account":
      return (
        <DialogFrame key={current.kind} title={t.account}>
          <AccountDialog session={session} />
        </DialogFrame>
      );
    case "settings":
      return (
        <DialogFrame key={current.kind} title={t.settings}>
          <SettingsDialog />
        </DialogFrame>
      );
    case "leave": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      // The room was left in another tab.
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={t.leaveConfirm(room.title)}>
          <LeaveDialog session={session} room={room} />
        </DialogFrame>
      );
    }
    case "user":
      return (
        <DialogFrame key={current.kind} title={current.name}>
          <UserDialog
            session={session}
            name={current.name}
            user={current.user}
          />
        </DialogFrame>
      );
    default:
      return current satisfies never;
  }
}

const FIRST_FIELD = "form input";

interface DialogFrameProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function DialogFrame({ title, children }: DialogFrameProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // The focus goes to the first field, otherwise to the heading, not to the
    // close button.
    const field = element.current?.querySelector<HTMLElement>(FIRST_FIELD);
    (field ?? heading.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={closeDialog}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) closeDialog();
      }}
    >
      <div class="sheet">
        <header>
          <h2 id={id} ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h2>
          <button
            type="button"
            class="quiet"
            aria-label={texts.value.close}
            onClick={closeDialog}
          >
            <Icon name="close" />
          </button>
        </header>
        <ErrorBoundary canRetry>{children}</ErrorBoundary>
      </div>
    </dialog>
  );
}
