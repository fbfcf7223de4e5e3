// Event traces: a room remembers which request has led to its newest events, until the endpoints have them.

/** The oldest is forgotten first. */
const TRACES_MAX = 256;

export class EventTraces {
  /** By seq, in order. */
  readonly #traces = new Map<number, string>();

  /** @param traceparent null: the event has none */
  note(seq: number, traceparent: string | null): void {
    if (traceparent === null) return;
    this.#traces.set(seq, traceparent);
    for (const oldest of this.#traces.keys()) {
      if (this.#traces.size <= TRACES_MAX) break;
      this.#traces.delete(oldest);
    }
  }

  /** @returns the trace of the newest of these events that has one */
  ofBatch<Batch extends { readonly from: number; readonly to: number }>(
    batch: Batch,
  ): Batch & { readonly traceparent?: string } {
    if (this.#traces.size === 0) return batch;
    const { from, to } = batch;
    const own = [...this.#traces].filter(([seq]) => seq >= from && seq <= to);
    const [, traceparent] = own.at(-1) ?? [];
    return traceparent === undefined ? batch : { ...batch, traceparent };
  }

  /** No endpoint needs these events any more. */
  forget(until: number): void {
    for (const seq of this.#traces.keys()) {
      if (seq > until) break;
      this.#traces.delete(seq);
    }
  }
}
