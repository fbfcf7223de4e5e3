// Publish: a bot of the app sends a message to the room, without a connection, and is answered once it is stored.
import { publicId } from "../shared/identity.ts";
import type { Reply } from "../shared/rpc.ts";
import type { Publish } from "../shared/server-requests.ts";
import { append } from "./append.ts";
import type { RoomContext } from "./context.ts";

/**
 * Appends the message of a bot. A room that does not exist begins with it.
 *
 * @param answer is called once the message is in the log; of a repeated id, once
 * the first message is
 */
export function publish(
  context: RoomContext,
  { identity, username, text, data, id }: Publish,
  now: number,
  answer: (reply: Reply) => void,
): void {
  const { log, platform, dedupe } = context;
  if (log.epoch === null) log.begin(platform.random(6));
  const user = publicId(identity);
  const first = id === undefined ? undefined : dedupe.find(user, id);
  const { seq, at } =
    first ??
    append(
      context,
      { user, username, via: null },
      {
        type: "message",
        text,
        ...(data !== undefined && { data }),
        bot: true,
      },
      id,
      now,
    );
  const reply: Reply = {
    type: "published",
    ...{ seq, at },
    ...(first !== undefined && { duplicate: true }),
  };
  if (seq <= log.head) answer(reply);
  else context.afterFlush(() => answer(reply));
}
