// Join buffer: frames that arrive during a join are held in order, up to a limit, until the join is answered.
import { decodeFrame, idOfFrame } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { byteLength } from "../shared/chunks.ts";
import type { Authenticating, Connection, Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { countUnmetered } from "./flood-control.ts";

/**
 * Holds a frame. Above the limits the frame gets `rate_limited`, and may be sent
 * again.
 *
 * @param data the frame's text; null if it was binary
 */
export function bufferFrame(
  context: RoomContext,
  connection: Connection,
  state: Authenticating | Joining,
  data: string | null,
  now: number,
): void {
  state.bufferedBytes += byteLength(data ?? "");
  if (
    state.buffered.length < LIMITS.joinBufferFramesMax &&
    state.bufferedBytes <= LIMITS.joinBufferBytesMax
  )
    state.buffered.push(data);
  else {
    const decoded = decodeFrame(data, context.settings);
    const id = decoded.ok ? idOfFrame(decoded.frame) : decoded.error.id;
    context.sendError(connection, "rate_limited", { id, retryAfter: 1000 });
    countUnmetered(context, connection, now);
  }
}
