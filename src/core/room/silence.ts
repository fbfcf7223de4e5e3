// Silence check: the room closes clients that used to ping and have stopped.
import * as LIMITS from "../../protocol/limits.ts";
import { isDue } from "../shared/deadline.ts";
import type { RoomContext } from "./context.ts";
import { disconnect } from "./leave.ts";

/** Time between two checks, in ms: each looks at every connection. */
const CHECK_MS = 30_000;

export class SilenceCheck {
  #checkedAt = 0;

  /** Runs with every event: a room that sleeps needs no check. */
  run(context: RoomContext, now: number): void {
    if (!isDue(this.#checkedAt + CHECK_MS, now, CHECK_MS)) return;
    this.#checkedAt = now;
    for (const connection of [...context.connections.values()]) {
      const pingedAt = context.platform.lastPingAt(connection.conn);
      if (pingedAt === null) continue;
      const activeAt = Math.max(pingedAt, connection.lastFrameAt);
      if (activeAt < now - LIMITS.pingTimeoutMs)
        disconnect(context, connection, "goingAway", now);
    }
  }
}
