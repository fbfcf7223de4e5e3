// Room figures: a room tells its operator how large it is, and how it is used.
import type {
  ReadFigures,
  RoomFigures,
} from "../shared/room-admin-requests.ts";
import type { RoomContext } from "./context.ts";

export function readFigures(
  { log, presence, connections, moderation }: RoomContext,
  { withBytes }: ReadFigures,
): RoomFigures {
  const { epoch, head: seq, oldest, messageCount: messages } = log;
  return {
    ...{ type: "figures", epoch, seq, oldest, messages },
    ...(withBytes && { bytes: log.countBytes() }),
    ...{ members: presence.count, connections: connections.size },
    ...(seq >= oldest && { newestAt: log.newestAt() }),
    access: moderation.policy.access,
    ...(moderation.policy.isClosed && { closed: true }),
  };
}
