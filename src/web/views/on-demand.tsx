// On-demand parts: are one file that loads after the first view.
export { playSound, showNotification } from "../desktop-notification.ts";
export { editLast } from "../message-tools.ts";
export { checkDraft, isForConversation, sendDraft } from "../send-draft.ts";
export { laterErrors, loadToolTexts } from "../tool-texts.ts";
export { ChangeError } from "./change-error.tsx";
export { ChangeLine } from "./change-line.tsx";
export { ComposeTargetNotice } from "./compose-target-notice.tsx";
export { ComposerNotice } from "./composer-notice.tsx";
export { MemberList } from "./member-list.tsx";
export { MessageListTools } from "./message-list-tools.tsx";
export { MessageToolbar } from "./message-toolbar.tsx";
export { OpenDialog } from "./open-dialog.tsx";
export { removedView } from "./removed-view.tsx";
export { RoomButton } from "./room-button.tsx";
export { InvalidRoute, RoomPreview } from "./room-preview.tsx";
export { SendError } from "./send-error.tsx";
export { SpeechNotice } from "./speech-notice.tsx";
export { ThreadPanel } from "./thread-panel.tsx";
