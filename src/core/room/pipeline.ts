// Pipeline: every frame of a client passes the same steps: decode, state, rate, repeated id, then its command.

import type { ClientFrame } from "../../protocol/client-frames.ts";
import { decodeFrame, idOfFrame } from "../../protocol/codec.ts";
import { ackRepeated } from "./append.ts";
import { memberAuthor } from "./author.ts";
import type { Command, MemberCommand } from "./commands/command.ts";
import { COMMANDS } from "./commands/table.ts";
import type { Connection, Joined } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { checkRate, countUnmetered } from "./flood-control.ts";
import { bufferFrame } from "./join-buffer.ts";
import { checkMessageData } from "./message-data.ts";

/**
 * Handles one frame.
 *
 * @param data the frame's text; null if it was binary
 */
export function receive(
  context: RoomContext,
  connection: Connection,
  data: string | null,
  now: number,
): void {
  const { state } = connection;
  if (state.kind === "joining" || state.kind === "authenticating") {
    bufferFrame(context, connection, state, data, now);
    return;
  }
  const decoded = decodeFrame(data, context.settings);
  if (decoded.ok) {
    const { frame } = decoded;
    const command: Command<ClientFrame> = COMMANDS[frame.type];
    if (command.needs === "joined" && state.kind === "joined") {
      runForMember(context, connection, state, command, frame, now);
      return;
    }
    if (command.needs === "connection")
      command.run(context, connection, frame, now);
    else context.sendError(connection, "not_joined", { id: idOfFrame(frame) });
  } else context.send(connection, decoded.error);
  countUnmetered(context, connection, now);
}

function runForMember(
  context: RoomContext,
  connection: Connection,
  session: Joined,
  command: MemberCommand<ClientFrame>,
  frame: ClientFrame,
  now: number,
): void {
  const { rate, isAppended = false } = command;
  const { member } = session;
  const id = idOfFrame(frame);
  if (rate !== null && !checkRate(context, connection, member, rate, id, now))
    return;
  const author = memberAuthor(connection, session);
  if (isAppended && id !== undefined && ackRepeated(context, author, id))
    return;
  const checked = checkMessageData(context, connection, frame);
  if (checked !== null) command.run(context, author, checked, now);
}
