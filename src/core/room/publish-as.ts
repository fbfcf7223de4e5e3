// Publish as: a bot or a person publishes by HTTP, and passes the same checks as a member who writes: rate, repeated id, name, hook.
import type { PublishAs } from "../shared/server-requests.ts";
import { askAboutText } from "./ask-about-text.ts";
import type { RoomContext } from "./context.ts";
import type { Answer } from "./publish.ts";
import { findPublisher } from "./publisher.ts";

/** @param answer is called once, when the message is stored or refused */
export function publishAs(
  context: RoomContext,
  op: PublishAs,
  now: number,
  answer: Answer,
): void {
  findPublisher(context, op, now, {
    answer,
    found: (publisher, at) => askAboutText(context, publisher, op, at, answer),
  });
}
