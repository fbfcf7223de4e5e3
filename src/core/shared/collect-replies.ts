// Collect replies: the answers to all ops of one call are gathered in their order until the last one is there.
import type { Op, Reply } from "./rpc.ts";

/**
 * @param ask is called for each op at once, and calls `answer` once
 * @param done gets all replies, in this event or in a later one
 */
export function collectReplies(
  ops: readonly Op[],
  ask: (op: Op, answer: (reply: Reply) => void) => void,
  done: (replies: readonly Reply[]) => void,
): void {
  const replies: Reply[] = [];
  let open = ops.length;
  if (open === 0) done(replies);
  ops.forEach((op, i) => {
    ask(op, (reply) => {
      replies[i] = reply;
      open--;
      if (open === 0) done(replies);
    });
  });
}
