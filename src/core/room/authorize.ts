// Authorize: the pipeline asks for a user's permission before a command, and again when the app has answered.
import type { ClientFrame } from "../../protocol/client-frames.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { MemberAuthor } from "./author.ts";
import type { MemberCommand } from "./commands/command.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { SILENT } from "./flood-control.ts";
import { memberActor, speechRefusal } from "./permission.ts";

/** @returns why the author may not run the command; null: the author may */
export function authorize(
  context: RoomContext,
  { via }: MemberAuthor,
  { isSpeech = false }: MemberCommand<ClientFrame>,
  now: number,
): Refusal | null {
  if (!isSpeech || context.moderation.isOpen) return null;
  return speechRefusal(context, memberActor(context, via), now);
}

/** Tells the client, unless no client waits for an answer. */
export function sendRefusal(
  context: RoomContext,
  connection: Connection,
  { rate }: MemberCommand<ClientFrame>,
  { code, message, reason, retryAfter, until }: Refusal,
  id: string | undefined,
): void {
  if (rate !== null && SILENT.has(rate)) return;
  const more = { message, reason, id, retryAfter, until };
  context.sendError(connection, code, more);
}
