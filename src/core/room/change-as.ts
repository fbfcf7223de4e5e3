// Change as: a bot or a person edits or deletes a message by HTTP, and passes the same checks as a member.
import type { DeleteFrame, EditFrame } from "../../protocol/client-frames.ts";
import { toRefused } from "../shared/refusal.ts";
import type { ChangeAs } from "../shared/server-requests.ts";
import { askAboutText } from "./ask-about-text.ts";
import type { Author } from "./author.ts";
import type { RoomContext } from "./context.ts";
import { deleteMessage } from "./delete-message.ts";
import {
  type ChangeResult,
  editMessage,
  findEditable,
} from "./edit-message.ts";
import { type Answer, answerRepeated } from "./publish.ts";
import { findPublisher, type RoomPublisher } from "./publisher.ts";

/** @param answer is called once, when the change is stored or refused */
export function changeAs(
  context: RoomContext,
  { by, frame }: ChangeAs,
  now: number,
  answer: Answer,
): void {
  // At a private room the right to enter is looked at first.
  if (context.log.epoch === null && !context.isPrivate) {
    answer({ type: "refused", code: "gone" });
    return;
  }
  const { id } = frame;
  const sent = { by, ...(id !== undefined && { id }) };
  findPublisher(context, sent, now, {
    answer,
    found: (publisher, at) => {
      switch (frame.type) {
        case "edit":
          edit(context, publisher, frame, at, answer);
          break;
        case "delete":
          erase(context, publisher, frame, at, answer);
          break;
        default:
          frame satisfies never;
          // A newer release has changes that this one does not know.
          answer({ type: "refused", code: "unsupported" });
      }
    },
  });
}

function edit(
  context: RoomContext,
  publisher: RoomPublisher,
  frame: EditFrame,
  now: number,
  answer: Answer,
): void {
  const { of, id, text, data } = frame;
  const content = {
    text,
    ...(data !== undefined && { data }),
    ...(id !== undefined && { id }),
  };
  askAboutText(context, publisher, content, now, answer, {
    ...{ type: "edit", question: { kind: "edit", of } },
    check: (at) => {
      const found = findEditable(context, publisher, frame, at);
      return "refusal" in found ? found.refusal : null;
    },
    store: (given, at) => {
      if (answerRepeated(context, publisher.user, id, answer)) return;
      const { text: words, ...rest } = given;
      // Without data of its own the message keeps what it has.
      const own = "data" in rest ? { data: rest.data } : {};
      const { data: _, ...bare } = frame;
      const whole: EditFrame = { ...bare, text: words, ...own };
      const author = authorOf(publisher);
      tell(editMessage(context, author, publisher, whole, at), answer);
    },
  });
}

function erase(
  context: RoomContext,
  publisher: RoomPublisher,
  frame: DeleteFrame,
  now: number,
  answer: Answer,
): void {
  if (answerRepeated(context, publisher.user, frame.id, answer)) return;
  const author = authorOf(publisher);
  const role = () => publisher.role();
  tell(deleteMessage(context, author, publisher, role, frame, now), answer);
}

function authorOf({ user, username }: RoomPublisher): Author {
  return { user, username, via: null };
}

function tell(result: ChangeResult, answer: Answer): void {
  if (result.ok) answer({ type: "published", ...result.ack });
  else answer(toRefused(result.refusal));
}
