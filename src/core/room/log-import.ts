// Log import: a log from another server is staged piece by piece, and then replaces the room's log in one step.

import type { Import } from "../shared/room-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { RoomContext } from "./context.ts";
import { emptiedEdits } from "./erased-lines.ts";
import { Log } from "./log.ts";
import { importMessageState } from "./message-import.ts";
import { MessageState } from "./message-state.ts";
import { boardFields, readBoard } from "./notice-board.ts";
import { roomInfo } from "./queries.ts";
import { type OlderLog, repeatErasures } from "./repeat-erasures.ts";

/** An import that has no next step for so long has failed, ms. */
const STAGING_MS = 3_600_000;

/** The reply if another import has begun since, or a piece is out of order. */
const refused: Reply = { type: "refused", code: "unavailable" };
const done: Reply = { type: "done" };

/** @returns `done`, the room's info after the last step, or a refusal */
export function importStep(
  context: RoomContext,
  { id, step, epoch }: Import,
  now: number,
): Reply {
  const staged = stagedImport(context);
  if (step.kind === "begin") {
    dropStaged(staged);
    staged.log.begin(id, step.first);
  } else if (staged.log.epoch !== id) return refused;
  context.importEndsAt = now + STAGING_MS;
  switch (step.kind) {
    case "begin":
    case "more":
      if (step.first !== staged.log.head + 1) return refused;
      staged.log.append(step.lines);
      importMessageState(staged.log, staged.state, step.lines);
      return done;
    case "end":
      context.importEndsAt = Infinity;
      return replaceLog(context, staged, epoch ?? null, now);
    case "abort":
      context.importEndsAt = Infinity;
      dropStaged(staged);
      return done;
    default:
      step satisfies never;
      return refused;
  }
}

/** Drops what an import has left that has not come to its end for an hour. */
export function dropOldImport(context: RoomContext, now: number): void {
  const { importEndsAt } = context;
  const isGoingOn = importEndsAt !== Infinity && now < importEndsAt;
  if (isGoingOn) return;
  context.importEndsAt = Infinity;
  dropStaged(stagedImport(context));
}

/** An import that is going on fails at its next step. */
export function dropStagedImport(context: RoomContext): void {
  context.importEndsAt = Infinity;
  dropStaged(stagedImport(context));
}

/**
 * What has come of an import so far. No room can have this name. The epoch is the
 * id of the import, so that the import continues after a sleep of the room.
 */
function stagedImport({ platform, name }: RoomContext): OlderLog {
  const { sql } = platform;
  const room = stagedName(name);
  return { log: new Log(sql, room), state: new MessageState(sql, room) };
}

/** @returns the name under which a room keeps an import that has begun */
export function stagedName(room: string): string {
  return `${room} (import)`;
}

function dropStaged({ log, state }: OlderLog): void {
  log.drop();
  state.drop();
}

/** @param from the epoch that the imported log had; null: it is not known */
function replaceLog(
  context: RoomContext,
  staged: OlderLog,
  from: string | null,
  now: number,
): Reply {
  const { log, messageState, dedupe, settings, platform, erasures } = context;
  // Events that wait belong to the old log.
  context.flush(now);
  context.purges.finish();
  // Messages that were deleted here do not come back with an older log.
  if (from !== null) repeatErasures(staged, erasures, from);
  const epoch = platform.random(6);
  log.replaceBy(staged.log, epoch);
  if (from !== null) context.reports.follow(from, epoch);
  // Its times are those of other clocks: see room-time.ts.
  if (log.head > 0) erasures.imported(epoch, from, log.head);
  messageState.replaceBy(staged.state);
  log.rewrite(emptiedEdits(log, log.trim(settings.ROOM_HISTORY)));
  const expired = context.retention?.replaced(now) ?? 0;
  messageState.trim(log.oldest);
  dedupe.forget();
  context.moderation.slowMode.forget();
  const { topic, pins } = readBoard(log);
  context.board.replace(topic, pins);
  context.effects.hasErased = true;
  context.broadcast(
    {
      ...{ type: "reset", epoch, seq: log.head },
      ...boardFields(context.board),
    },
    new Set(),
  );
  context.flush(now);
  return { ...roomInfo(context), ...(expired > 0 && { expired }) };
}
