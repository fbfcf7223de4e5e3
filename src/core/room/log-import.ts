// Log import: a log from another server is staged piece by piece, and then replaces the room's log in one step.

import type { Import, Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { Log } from "./log.ts";
import { roomInfo } from "./queries.ts";

/** The reply if another import has begun since, or a piece is out of order. */
const refused: Reply = { type: "refused", code: "unavailable" };
const done: Reply = { type: "done" };

/** @returns `done`, the room's info after the last step, or a refusal */
export function importStep(
  context: RoomContext,
  { id, step }: Import,
  now: number,
): Reply {
  // No room can have this name. The epoch is the id of the import, so that the
  // import continues after a sleep of the room.
  const staged = new Log(context.platform.sql, `${context.name} (import)`);
  if (step.kind === "begin") {
    staged.drop();
    staged.begin(id, step.first);
  } else if (staged.epoch !== id) return refused;
  switch (step.kind) {
    case "begin":
    case "more":
      if (step.first !== staged.head + 1) return refused;
      staged.append(step.lines);
      return done;
    case "end":
      return replaceLog(context, staged, now);
    case "abort":
      staged.drop();
      return done;
    default:
      step satisfies never;
      return refused;
  }
}

function replaceLog(context: RoomContext, staged: Log, now: number): Reply {
  const { log, dedupe, settings, platform } = context;
  // Events that wait belong to the old log.
  context.flush(now);
  const epoch = platform.random(6);
  log.replaceBy(staged, epoch);
  log.trim(settings.ROOM_HISTORY);
  dedupe.forget();
  context.moderation.slowMode.forget();
  context.broadcast({ type: "reset", epoch, seq: log.head }, new Set());
  context.flush(now);
  return roomInfo(context);
}
