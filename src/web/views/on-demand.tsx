// On-demand parts: are one file that loads after the first view.
export { playSound, showNotification } from "../desktop-notification.ts";
export { editLast } from "../message-tools.ts";
export { runCommand } from "../run-command.ts";
export { laterErrors, loadToolTexts } from "../tool-texts.ts";
export { ChangeError } from "./change-error.tsx";
export { ComposeTargetNotice } from "./compose-target-notice.tsx";
export { MemberList } from "./member-list.tsx";
export { MessageListTools } from "./message-list-tools.tsx";
export { MessageToolbar } from "./message-toolbar.tsx";
export { OpenDialog } from "./open-dialog.tsx";
export { SendError } from "./send-error.tsx";
export { ThreadPanel } from "./thread-panel.tsx";
