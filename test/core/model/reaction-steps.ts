// Reaction steps: the model's users answer messages, and react to them, one by one or all at once.
import type { ReactFrame } from "../../../src/protocol/client-frames.ts";
import { pick } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import { EMOJI } from "./reaction-promises.ts";
import { REACTION_ID, type Session } from "./session-oracle.ts";

/** Numbers choose among what there is at that time; `of` counts from the newest. */
export type ReactionStep =
  | { do: "answer"; visit: number; of: number; inThread: boolean }
  | { do: "react"; visit: number; of: number; emoji: number; on: boolean }
  /** All who are there react to the same message at once. */
  | { do: "clap"; visit: number; of: number; on: boolean };

export function runReactionStep(
  conversation: Conversation,
  session: Session,
  step: ReactionStep,
): void {
  const of = session.newest(step.of);
  switch (step.do) {
    case "answer": {
      const { epoch } = session.reader;
      if (of === null || epoch === null) return;
      const number = conversation.sentMessages.length;
      const to = step.inThread ? { thread: of } : { replyTo: of };
      conversation.send(session, {
        ...{ type: "message", text: `${number}`, id: `id-${number}` },
        ...{ ...to, epoch },
      });
      return;
    }
    case "react":
      react(conversation, session, of, step.emoji, step.on);
      return;
    case "clap":
      for (const other of conversation.sessions)
        if (other.room === session.room && other.isOpen)
          react(conversation, other, other.newest(step.of), 0, step.on);
      return;
    default:
      step satisfies never;
  }
}

function react(
  { sentReactions }: Conversation,
  session: Session,
  of: number | null,
  emoji: number,
  on: boolean,
): void {
  const { epoch } = session.reader;
  if (of === null || epoch === null) return;
  const frame: ReactFrame = {
    ...{ type: "react", of, emoji: pick(EMOJI, emoji) ?? "", on, epoch },
    id: `${REACTION_ID}${sentReactions.length}`,
  };
  sentReactions.push({ session, frame });
  session.peer.send(frame);
}
