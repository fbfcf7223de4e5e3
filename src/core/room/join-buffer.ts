// Frames that arrive while it is found out who sends them: held, in order, up to a limit.
import { type DecodeResult, decodeFrame } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { byteLength } from "../shared/chunks.ts";
import type { Authenticating, Connection, Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { countUnmetered } from "./flood-control.ts";

/** What is too much is refused, and may be sent again. */
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
    const id = idOf(decodeFrame(data, context.settings));
    context.sendError(connection, "rate_limited", { id, retryAfter: 1000 });
    countUnmetered(context, connection, now);
  }
}

/** The client's id for what it sent, if it gave one. */
export function idOf(read: DecodeResult): string | undefined {
  if (!read.ok) return read.error.id;
  return "id" in read.frame ? read.frame.id : undefined;
}
