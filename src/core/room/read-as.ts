// Read as: a user reads the room by HTTP who may be a member of it, and shows a token or the secret of a name.
import { toRefused } from "../shared/refusal.ts";
import type { ReadAs } from "../shared/room-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { banRefusal } from "./permission.ts";
import type { Answer } from "./publish.ts";
import { findPublisher } from "./publisher.ts";
import { readerRefusal, readMessages, roomInfo } from "./queries.ts";

/** @param answer is called once, now or when the directory has answered */
export function readAs(
  context: RoomContext,
  { by, read }: ReadAs,
  now: number,
  answer: Answer,
): void {
  const page = (): Reply =>
    read.type === "info" ? roomInfo(context) : readMessages(context, read);
  // The identity of an app's user is known.
  if (by.kind === "app") {
    answer(readerRefusal(context, { ...read, by: by.verified }, now) ?? page());
    return;
  }
  // Everybody reads the same here: no directory is asked.
  if (!context.isRestricted) {
    answer(page());
    return;
  }
  findPublisher(context, { by, rate: "read" }, now, {
    answer,
    found: (reader, at) => {
      const refusal = banRefusal(context, reader, at);
      answer(refusal === null ? page() : toRefused(refusal));
    },
  });
}
