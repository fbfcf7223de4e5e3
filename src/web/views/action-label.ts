// Action label: gives the text and the picture of each action of a message.
import type { DisplayMessage } from "../display-message.ts";
import type { MessageAction } from "../message-actions.ts";
import { toolTexts } from "../tool-texts.ts";

/** Paths of `IconPath`. */
export const ACTION_ICONS: Readonly<Record<MessageAction, string>> = {
  react:
    "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM8.500 14c1.500 2.500 5.500 2.500 7 0M9 9.500v.5M15 9.500v.5",
  reply: "M9 7 4 12l5 5M4 12h9c4 0 7 2 7 6",
  thread: "M5 5h14v10H11l-4 4v-4H5z",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  report: "M6 20V5M6 5h11l-2 4 2 4H6",
  delete: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
};
export const MORE_ICON =
  "M5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M17 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0";

export function actionLabel(
  action: MessageAction,
  { isPinned }: DisplayMessage,
): string {
  const t = toolTexts.value;
  const labels: Readonly<Record<MessageAction, string>> = {
    react: t.react,
    reply: t.reply,
    thread: t.replyInThread,
    edit: t.edit,
    copy: t.copyText,
    link: t.copyLink,
    pin: isPinned ? t.unpin : t.pin,
    report: t.report,
    delete: t.delete,
  };
  return labels[action];
}
