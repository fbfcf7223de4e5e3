// Later errors: give the texts of the errors that users meet after the first view, which load on demand.
import type { ToolTexts } from "./locales/tools-en.ts";

/** By reason or code. */
export type LaterErrorTexts = ReturnType<typeof laterErrorTexts>;

export function laterErrorTexts(t: ToolTexts) {
  return {
    registration_off: t.registrationOff,
    name_from_app: t.nameFromApp,
    too_many_blocked: t.tooManyBlocked,
    room_locked: t.roomLocked,
    slow_mode: t.slowMode,
    network_banned: t.networkBanned,
    kicked: t.kicked,
    erased: t.erased,
    replaced: t.replaced,
    name_reclaimed: t.nameReclaimed,
    room_closed: t.roomClosed,
    gone: t.gone,
    no_such_user: t.noSuchUser,
    mailbox_full: t.mailboxFull,
    muted: t.muted,
  };
}
