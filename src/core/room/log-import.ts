// A log from elsewhere takes the place of a room's: staged piece by piece, then put there in one step.

import type { Import, Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { Log } from "./log.ts";
import { roomInfo } from "./queries.ts";

/** Refused where another import has begun since, or the pieces do not fit. */
const refused: Reply = { type: "refused", code: "unavailable" };
const done: Reply = { type: "done" };

export function importStep(
  context: RoomContext,
  { id, step }: Import,
  now: number,
): Reply {
  // No room can have such a name. Its epoch is the id of the import, so that
  // a room that slept between two pieces goes on with it.
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
  // What waits belongs to the log as it was.
  context.flush(now);
  const epoch = platform.random(6);
  log.replaceBy(staged, epoch);
  log.trim(settings.ROOM_HISTORY);
  dedupe.forget();
  context.broadcast({ type: "reset", epoch, seq: log.head }, new Set());
  context.flush(now);
  return roomInfo(context);
}
