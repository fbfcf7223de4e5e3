// The dialogs over the page, and the frame that they share.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { open } from "../app-state.ts";
import { closeDialog, dialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import { isWide, isWidest } from "../media.ts";
import { RoomState } from "../room-state.ts";
import type { Talk } from "../talk.ts";
import { Boundary } from "./boundary.tsx";
import { Conversations } from "./conversations.tsx";
import { Icon } from "./icons.tsx";
import { JoinDialog } from "./join-dialog.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { People } from "./people.tsx";
import { PersonDialog } from "./person-dialog.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { YouDialog } from "./you-dialog.tsx";

export function Dialogs({ talk }: { readonly talk: Talk }) {
  const t = texts.value;
  const now = dialog.value;
  if (now === null) return null;
  switch (now.kind) {
    case "conversations":
      // Beside the open one, where there is room.
      if (isWide.value) return null;
      return (
        <Frame key={now.kind} title={t.conversations}>
          <nav aria-label={t.conversations}>
            <Conversations talk={talk} />
          </nav>
        </Frame>
      );
    case "people":
      if (isWidest.value || !(open.value instanceof RoomState)) return null;
      return (
        <Frame key={now.kind} title={t.people}>
          <People key={open.value.id} room={open.value} />
        </Frame>
      );
    case "join":
      return (
        <Frame key={now.kind} title={t.joinAnother}>
          <JoinDialog />
        </Frame>
      );
    case "you":
      return (
        <Frame key={now.kind} title={t.you}>
          <YouDialog talk={talk} />
        </Frame>
      );
    case "settings":
      return (
        <Frame key={now.kind} title={t.settings}>
          <SettingsDialog />
        </Frame>
      );
    case "leave": {
      const room = talk.rooms.value.find(({ id }) => id === now.room);
      // Left in another tab meanwhile.
      if (room === undefined) return null;
      return (
        <Frame key={now.kind} title={t.leaveSure(room.title)}>
          <LeaveDialog talk={talk} room={room} />
        </Frame>
      );
    }
    case "person":
      return (
        <Frame key={now.kind} title={now.name}>
          <PersonDialog talk={talk} name={now.name} user={now.user} />
        </Frame>
      );
    default:
      return now satisfies never;
  }
}

const FIELD = "form input";

interface FrameProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function Frame({ title, children }: FrameProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // What is to be filled in, otherwise what it is about; not the way out.
    const field = element.current?.querySelector<HTMLElement>(FIELD);
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
        <Boundary isBig>{children}</Boundary>
      </div>
    </dialog>
  );
}
