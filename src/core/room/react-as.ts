// React as: a bot or a person reacts to a message by HTTP, and passes the same checks as a member.
import { toRefused } from "../shared/refusal.ts";
import type { ReactAs } from "../shared/server-requests.ts";
import type { RoomContext } from "./context.ts";
import { speechRefusal } from "./permission.ts";
import type { Answer } from "./publish.ts";
import { findPublisher } from "./publisher.ts";
import { reactToMessage } from "./react-to-message.ts";

/** @param answer is called once, when the reaction is stored or refused */
export function reactAs(
  context: RoomContext,
  { by, frame }: ReactAs,
  now: number,
  answer: Answer,
): void {
  // At a private room the right to enter is looked at first.
  if (context.log.epoch === null && !context.isPrivate) {
    answer({ type: "refused", code: "gone" });
    return;
  }
  findPublisher(context, { by, rate: "react" }, now, {
    answer,
    found: (publisher, at) => {
      // The app itself reacts by its bots, whom nobody mutes.
      const refusal =
        (publisher.isBot ? null : speechRefusal(context, publisher, at)) ??
        reactToMessage(
          context,
          publisher,
          frame,
          ({ seq, at, duplicate }) =>
            answer({
              ...{ type: "published", seq, at },
              ...(duplicate && { duplicate }),
            }),
          at,
        );
      if (refusal !== null) answer(toRefused(refusal));
    },
  });
}
