// Room flusher: a flush writes the events that wait to the room's log, and trims what the log no longer has.
import type { Settings } from "../../protocol/settings.ts";
import type { Counters } from "../shared/counters.ts";
import type { EventDelivery } from "../shared/events/event-delivery.ts";
import type { Schedule } from "../shared/schedule.ts";
import type { BroadcastQueue } from "./broadcast-queue.ts";
import type { Connection } from "./connection.ts";
import { emptiedEdits } from "./erased-lines.ts";
import { Flusher } from "./flusher.ts";
import type { Log } from "./log.ts";
import type { MessageState } from "./message-state.ts";
import type { NoticeBoard } from "./notice-board.ts";
import type { SendBuffer } from "./send-buffer.ts";

/** The parts of a room that a flush uses. */
export interface FlushedRoom {
  readonly settings: Settings;
  readonly counters: Counters;
  readonly log: Log;
  readonly messageState: MessageState;
  readonly board: NoticeBoard;
  readonly broadcastQueue: BroadcastQueue;
  readonly joined: ReadonlySet<Connection>;
  readonly schedule: Schedule;
  readonly events: EventDelivery<Connection> | null;
  rewrite(changes: ReadonlyMap<number, string>): void;
}

/** @returns the flusher of a room, which sends by this buffer */
export function createFlusher(
  room: FlushedRoom,
  sendBuffer: SendBuffer,
): Flusher {
  const { broadcastQueue, joined, schedule, settings, log, counters } = room;
  return new Flusher({
    ...{ broadcastQueue, joined, schedule, counters },
    ceilingMs: settings.FLUSH_CEILING_MS,
    store: (lines) => {
      const { oldest } = log;
      const dropped = log.extend(lines, settings.ROOM_HISTORY);
      if (dropped.length > 0) room.rewrite(emptiedEdits(log, dropped));
      if (log.oldest !== oldest) {
        room.messageState.trim(log.oldest);
        room.board.trim(log.oldest);
      }
      room.events?.stored(lines);
    },
    send: (frames) => sendBuffer.addFlush(frames),
  });
}
