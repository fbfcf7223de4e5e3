// Report command: a user reports a message to the moderators, and gets an ack once that is stored.
import type { ReportFrame } from "../../../protocol/client-frames.ts";
import type { MemberAuthor } from "../author.ts";
import type { RoomContext } from "../context.ts";
import { findReport, reportMessage, reportRefusal } from "../reports.ts";
import type { MemberCommand } from "./command.ts";

export const report: MemberCommand<ReportFrame> = {
  needs: "joined",
  rate: "send",
  isSpeech: true,
  ackRepeated(context, author, frame) {
    const first = findReport(context, author, frame);
    if (first !== undefined)
      ack(context, author, frame, { ...first, duplicate: true });
    return first !== undefined;
  },
  hook: {
    name: "message",
    // The app decides about texts alone.
    ask: (hooks, question, { of, reason, id }) =>
      reason === undefined
        ? { type: "allowed" }
        : (hooks.message?.({
            ...{ ...question, kind: "report", of, text: reason },
            ...(id !== undefined && { id }),
          }) ?? null),
  },
  check: reportRefusal,
  run(context, author, frame, now, allowed) {
    const { text: reason = frame.reason } = allowed ?? {};
    const { reason: _, ...bare } = frame;
    const whole = { ...bare, ...(reason !== undefined && { reason }) };
    const result = reportMessage(context, author, whole, now);
    if (result.ok) {
      ack(context, author, frame, result);
      return;
    }
    const { code, ...more } = result.refusal;
    context.sendError(author.via, code, { ...more, id: frame.id });
  },
};

function ack(
  context: RoomContext,
  { via }: MemberAuthor,
  { id }: ReportFrame,
  { of, at, duplicate }: { of: number; at: number; duplicate?: true },
): void {
  context.send(via, {
    type: "ack",
    ...(id !== undefined && { id }),
    ...{ of, at, ...(duplicate && { duplicate }) },
  });
}
