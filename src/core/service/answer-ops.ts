// Answer ops: a service object answers each question of a call, in order.
import type { Effects, Event } from "../shared/contract.ts";
import type { Op, Reply } from "../shared/rpc.ts";

/** Adds the replies to the effects if the event is a call. */
export function answerOps(
  effects: Effects,
  event: Event,
  answer: (op: Op) => Reply,
): void {
  if (event.kind !== "asked") return;
  const replies = event.ops.map((op) => answer(op));
  effects.replies.push({ ask: event.ask, replies });
}
