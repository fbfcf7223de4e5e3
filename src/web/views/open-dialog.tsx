// Open dialog: shows the dialog that is open in a frame that all of them share.
import { currentConversation } from "../app-state.ts";
import { dialog } from "../dialog-state.ts";
import { isWide, isWidest } from "../environment.ts";
import { texts } from "../i18n.ts";
import { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { AccountDialog } from "./account-dialog.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { DateDialog } from "./date-dialog.tsx";
import { DialogFrame } from "./dialog-frame.tsx";
import { JoinDialog } from "./join-dialog.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { MemberList } from "./member-list.tsx";
import { MessageDialog } from "./message-dialog.tsx";
import { ModerateDialog } from "./moderate-dialog.tsx";
import { ReportsDialog } from "./reports-dialog.tsx";
import { RoomDialog } from "./room-dialog.tsx";
import { SeenList } from "./seen-mark.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { SwitcherDialog } from "./switcher-dialog.tsx";
import { UserDialog } from "./user-dialog.tsx";

export function OpenDialog({ session }: { readonly session: UserSession }) {
  const t = texts.value;
  const tt = toolTexts.value;
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
        <DialogFrame key={current.kind} title={tt.account}>
          <AccountDialog session={session} />
        </DialogFrame>
      );
    case "settings":
      return (
        <DialogFrame key={current.kind} title={t.settings}>
          <SettingsDialog />
        </DialogFrame>
      );
    case "switcher":
      return (
        <DialogFrame key={current.kind} title={tt.switcher}>
          <SwitcherDialog session={session} />
        </DialogFrame>
      );
    case "leave": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      // The room was left in another tab.
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={tt.leaveConfirm(room.title)}>
          <LeaveDialog session={session} room={room} />
        </DialogFrame>
      );
    }
    case "room": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={tt.roomInfo}>
          <RoomDialog room={room} />
        </DialogFrame>
      );
    }
    case "date": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={tt.jumpToDate}>
          <DateDialog room={room} at={current.at} />
        </DialogFrame>
      );
    }
    case "reports": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={tt.reports}>
          <ReportsDialog session={session} room={room} />
        </DialogFrame>
      );
    }
    case "seen": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      if (room === undefined) return null;
      return (
        <DialogFrame key={current.kind} title={tt.seen}>
          <SeenList {...{ room, session }} />
        </DialogFrame>
      );
    }
    case "moderate": {
      const room = session.rooms.value.find(({ id }) => id === current.room);
      if (room === undefined) return null;
      const { action, name } = current;
      return (
        <DialogFrame key={action} title={tt[`${action}Confirm`](name)}>
          <ModerateDialog room={room} state={current} />
        </DialogFrame>
      );
    }
    case "message":
    case "react":
    case "report":
    case "delete":
      return <MessageDialog key={current.kind} {...current} />;
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
