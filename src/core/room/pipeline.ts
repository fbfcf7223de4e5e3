// Pipeline: every frame of a client passes the same steps: decode, state, rate, repeated id, permission, the app's verdict, permission again, then its command.

import type { ClientFrame } from "../../protocol/client-frames.ts";
import {
  type DecodeResult,
  decodeFrame,
  idOfFrame,
} from "../../protocol/codec.ts";
import { ackRepeated } from "./append.ts";
import { askApp } from "./ask-app.ts";
import { memberAuthor } from "./author.ts";
import { authorize, sendRefusal } from "./authorize.ts";
import type { Command, MemberCommand } from "./commands/command.ts";
import { COMMANDS } from "./commands/table.ts";
import type { Connection, Joined, Turn } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { checkRate, countUnmetered } from "./flood-control.ts";
import { bufferFrame } from "./join-buffer.ts";
import { checkMessageData } from "./message-data.ts";
import { nameTarget } from "./target.ts";

/**
 * Handles one frame, or lets it wait for the frames before it.
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
  const decoded = decode(context, data);
  if (connection.waiting !== null && mustWait(context, connection, decoded))
    waitInTurn(context, connection, decoded, data, now);
  else handle(context, connection, decoded, sizeOf(data), now);
}

function handle(
  context: RoomContext,
  connection: Connection,
  decoded: DecodeResult,
  size: number,
  now: number,
): void {
  const { state } = connection;
  if (decoded.ok) {
    const { frame } = decoded;
    const command: Command<ClientFrame> = COMMANDS[frame.type];
    if (command.needs === "joined" && state.kind === "joined") {
      runForMember(context, connection, state, command, frame, size, now);
      return;
    }
    if (command.needs === "connection")
      command.run(context, connection, frame, now);
    else context.sendError(connection, "not_joined", { id: idOfFrame(frame) });
  } else {
    context.counters.refusals[decoded.error.code]++;
    context.send(connection, decoded.error);
  }
  countUnmetered(context, connection, now);
}

function runForMember(
  context: RoomContext,
  connection: Connection,
  session: Joined,
  command: MemberCommand<ClientFrame>,
  frame: ClientFrame,
  size: number,
  now: number,
): void {
  const { rate, isAppended = false, hook } = command;
  const { member } = session;
  const id = idOfFrame(frame);
  if (rate !== null && !checkRate(context, connection, member, rate, id, now))
    return;
  const author = memberAuthor(connection, session);
  const name = frame.type === "command" ? frame.name : undefined;
  if (isAppended && id !== undefined && ackRepeated(context, author, id, name))
    return;
  if (command.ackRepeated?.(context, author, frame)) return;
  const refusal = authorize(context, author, command, now);
  if (refusal !== null) {
    sendRefusal(context, connection, command, refusal, id);
    return;
  }
  const named = nameTarget(context, author, frame, now);
  if (named === null) {
    context.sendError(connection, "gone", { id });
    return;
  }
  const checked = checkMessageData(context, connection, named);
  if (checked === null) return;
  if (hook === undefined || context.hooks?.[hook.name] === undefined) {
    command.run(context, author, checked, now);
    return;
  }
  const found = command.check?.(context, author, checked, now) ?? null;
  if (found === null) askApp(context, author, command, checked, size, now);
  else context.sendError(connection, found.code, { ...found, id });
}

/** Does a frame wait for those before it, which wait for the app? */
function mustWait(
  { hooks }: RoomContext,
  { waiting }: Connection,
  decoded: DecodeResult,
): boolean {
  if (!decoded.ok) return false;
  const command: Command<ClientFrame> = COMMANDS[decoded.frame.type];
  if (command.isUnordered) return false;
  if (waiting?.mayLeave || command.needs === "connection") return true;
  // A frame that the app decides about is asked at once, and waits then.
  return command.hook === undefined || hooks?.[command.hook.name] === undefined;
}

function waitInTurn(
  context: RoomContext,
  connection: Connection,
  decoded: DecodeResult,
  data: string | null,
  now: number,
): void {
  const { turns } = context;
  if (!decoded.ok || turns === null) return;
  const { frame } = decoded;
  const size = sizeOf(data);
  if (!turns.hasPlace(connection, size)) {
    const retryAfter = 1000;
    context.sendError(connection, "rate_limited", {
      ...{ id: idOfFrame(frame), retryAfter },
    });
    countUnmetered(context, connection, now);
    return;
  }
  const command: Command<ClientFrame> = COMMANDS[frame.type];
  const turn: Turn = {
    size,
    ask: null,
    verdict: { type: "allowed" },
    run: (_, at) => {
      if (context.isOpen(connection))
        receiveInTurn(context, connection, data, at);
    },
  };
  const queue = turns.add(connection, turn, now);
  if (command.needs === "joined" && command.isLast) queue.mayLeave = true;
}

/** Handles a frame that has waited, as if it came in an event of its own. */
function receiveInTurn(
  context: RoomContext,
  connection: Connection,
  data: string | null,
  now: number,
): void {
  const { state } = connection;
  context.flushIfAllowed(now);
  if (state.kind === "joining" || state.kind === "authenticating")
    bufferFrame(context, connection, state, data, now);
  else handle(context, connection, decode(context, data), sizeOf(data), now);
}

/** @returns the length of a frame's text, in UTF-16 code units */
function sizeOf(data: string | null): number {
  return data?.length ?? 0;
}

function decode(
  { settings, hooks }: RoomContext,
  data: string | null,
): DecodeResult {
  return decodeFrame(data, settings, hooks?.commands);
}
