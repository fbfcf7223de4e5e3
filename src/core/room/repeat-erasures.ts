// Repeat erasures: messages that were deleted in a room are erased again in an older log of it, which an import or a backup brings back.
import { erasedLines } from "./erased-lines.ts";
import type { Erasures } from "./erasures.ts";
import type { Log } from "./log.ts";
import type { MessageState } from "./message-state.ts";
import { findTarget } from "./target.ts";

/** Messages that are erased at once: the rows of the log are written less often. */
const ERASED_AT_ONCE = 1000;

/** A log, with the reactions and replies of its messages. */
export interface OlderLog {
  readonly log: Log;
  readonly state: MessageState;
}

/**
 * @param epoch of the log
 * @returns how many messages had to be erased
 */
export function repeatErasures(
  { log, state }: OlderLog,
  erasures: Erasures,
  epoch: string,
): number {
  const { oldest, head } = log;
  const seqs = erasures.between(epoch, oldest, head);
  let count = 0;
  for (let i = 0; i < seqs.length; i += ERASED_AT_ONCE) {
    const messages = seqs
      .slice(i, i + ERASED_AT_ONCE)
      .flatMap((seq) => findTarget({ log }, seq, undefined) ?? []);
    if (messages.length === 0) continue;
    log.rewrite(
      new Map(messages.flatMap((message) => [...erasedLines(log, message)])),
    );
    state.erasedAll(messages);
    count += messages.length;
  }
  return count;
}
