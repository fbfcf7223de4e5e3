// Read as: a user reads the room by HTTP who may be a member of it, and shows a token or the secret of a name.
import { toRefused } from "../shared/refusal.ts";
import type {
  ReadAs,
  ReadInfo,
  ReadMessages,
} from "../shared/room-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { banRefusal } from "./permission.ts";
import type { Answer } from "./publish.ts";
import { findPublisher } from "./publisher.ts";
import { readerRefusal, readMessages, roomInfo } from "./queries.ts";
import { searchAs } from "./search-as.ts";

/** @param answer is called once, now or when the directory has answered */
export function readAs(
  context: RoomContext,
  { by, read }: ReadAs,
  now: number,
  answer: Answer,
): void {
  const page = (refuse: (at: number) => Reply | null, at: number) => {
    if (read.type === "search") searchAs(context, read, by, refuse, at, answer);
    else answer(refuse(at) ?? pageOf(context, read));
  };
  // The identity of an app's user is known.
  if (by.kind === "app") {
    const asked = { ...read, by: by.verified };
    page((at) => readerRefusal(context, asked, at), now);
    return;
  }
  // Everybody reads the same here: no directory is asked.
  if (!context.isRestricted) {
    page(() => null, now);
    return;
  }
  findPublisher(context, { by, rate: "read" }, now, {
    answer,
    found: (reader, at) => {
      const refuse = (then: number) => {
        const refusal =
          reader.entryRefusal() ?? banRefusal(context, reader, then);
        return refusal && toRefused(refusal);
      };
      page(refuse, at);
    },
  });
}

function pageOf(context: RoomContext, read: ReadInfo | ReadMessages): Reply {
  return read.type === "info" ? roomInfo(context) : readMessages(context, read);
}
