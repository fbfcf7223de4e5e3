// Message changes: collects the changed records of messages, so that one event writes each row once.
import type { EmojiRecord, MessageRecord } from "./message-record.ts";
import type { MessageState } from "./message-state.ts";

export class MessageChanges {
  readonly #state: MessageState;
  readonly #changed = new Map<
    number,
    { record: MessageRecord; emoji: Set<EmojiRecord> }
  >();

  constructor(state: MessageState) {
    this.#state = state;
  }

  /** @returns the record of a message, with all changes so far; null: it has none */
  find(seq: number): MessageRecord | null {
    return this.#changed.get(seq)?.record ?? this.#state.find(seq);
  }

  /** @returns the record of a message, with all changes so far; it will be stored */
  record(seq: number): MessageRecord {
    const changed = this.#changed.get(seq);
    if (changed !== undefined) return changed.record;
    const record = this.#state.get(seq);
    this.#changed.set(seq, { record, emoji: new Set() });
    return record;
  }

  /** Notes that other people react with this emoji of a changed record. */
  noteEmoji({ seq }: MessageRecord, emoji: EmojiRecord): void {
    this.#changed.get(seq)?.emoji.add(emoji);
  }

  /** Stores all records that have changed. */
  save(): void {
    for (const { record, emoji } of this.#changed.values())
      this.#state.save(record, emoji);
    this.#changed.clear();
  }
}
