// Thread index: tells at which numbers of a log the messages of one thread are, as far as that is known.
import type { MessageRecord } from "./message-record.ts";
import type { Course } from "./page-walk.ts";

export class ThreadIndex implements Course {
  readonly #root: number;
  /** The newest replies, ascending. */
  readonly #seqs: readonly number[];
  /** There are no replies before these. */
  readonly #isComplete: boolean;
  readonly #oldest: number;
  readonly #head: number;

  /**
   * @param root the first message of the thread
   * @param record of that message; null: it has none
   */
  constructor(
    root: number,
    record: MessageRecord | null,
    { oldest, head }: { readonly oldest: number; readonly head: number },
  ) {
    const { seqs = [], total = 0 } = record?.replies ?? {};
    this.#root = root;
    this.#seqs = seqs;
    // The record goes with the message; replies may be stored without it.
    this.#isComplete = root >= oldest && total === seqs.length;
    [this.#oldest, this.#head] = [oldest, head];
  }

  below(seq: number): number | null {
    const at = this.#lastUpTo(seq);
    return at === null || at < this.#oldest ? null : at;
  }

  above(seq: number): number | null {
    const at = this.#firstFrom(Math.max(seq, this.#oldest));
    return at === null || at > this.#head ? null : at;
  }

  #lastUpTo(seq: number): number | null {
    const known = this.#seqs.findLast((one) => one <= seq);
    if (known !== undefined) return known;
    if (seq < this.#root) return null;
    return this.#isComplete ? this.#root : seq;
  }

  #firstFrom(seq: number): number | null {
    if (seq <= this.#root) return this.#root;
    const [first] = this.#seqs;
    if (!this.#isComplete && (first === undefined || seq < first)) return seq;
    return this.#seqs.find((one) => one >= seq) ?? null;
  }
}

/** All numbers of a log. */
export function everySeq({
  oldest,
  head,
}: {
  readonly oldest: number;
  readonly head: number;
}): Course {
  return {
    below: (seq) => (seq < oldest ? null : Math.min(seq, head)),
    above: (seq) => (seq > head ? null : Math.max(seq, oldest)),
  };
}
