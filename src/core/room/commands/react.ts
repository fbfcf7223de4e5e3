// React command: a member reacts to a message with an emoji, or takes the reaction back.
import type { ReactFrame } from "../../../protocol/client-frames.ts";
import { reactToMessage } from "../react-to-message.ts";
import type { MemberCommand } from "./command.ts";

export const react: MemberCommand<ReactFrame> = {
  needs: "joined",
  rate: "react",
  isSpeech: true,
  run(context, author, frame, now) {
    const { via } = author;
    const refusal = reactToMessage(context, author, frame, via, now);
    if (refusal === null) return;
    const { code, message } = refusal;
    context.sendError(via, code, { id: frame.id, message });
  },
};
