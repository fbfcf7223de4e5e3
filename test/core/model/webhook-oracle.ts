// Webhook oracle: a receiver of the model's webhooks fails, hangs and is slow, and still gets each stored event, in order.
import assert from "node:assert/strict";
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import type { RoomEvent } from "../../../src/protocol/room-events.ts";
import type { World } from "../support/world.ts";

const DONE: Reply = { type: "done" };
const FAILED: Reply = { type: "refused", code: "unavailable" };
const BUSY: Reply = { ...FAILED, retryAfter: 20_000 };
/** A host gives up on a request after this time, ms. */
const TIMEOUT_MS = 15_000;
/** Another failure in a row would make the room wait for hours. */
const FAILURES_MAX = 2;

interface Held {
  readonly batch: DeliverEvents;
  readonly at: number;
  reply(reply: Reply): void;
}

export class WebhookOracle {
  readonly #world: World;
  readonly #bits: () => number;
  /** All events up to this one have come, or their gap. */
  #to = 0;
  /** Events that have come, and those that were told to be missing. */
  #got = new Set<number>();
  readonly #held: Held[] = [];
  /** Requests from before a replay, whose place in the order does not count. */
  readonly #outdated = new WeakSet<DeliverEvents>();
  #failures = 0;
  #isCalm = false;
  #ops: (readonly Op[])[] = [];

  constructor(world: World, url: string, bits: () => number) {
    this.#world = world;
    this.#bits = bits;
    world.webhooks.set(url, {
      ask: (ops, onReplies) => {
        this.#ops.push(ops);
        const [op] = ops;
        assert.ok(op?.type === "events" && ops.length === 1, "a batch");
        this.#check(op);
        const reply = (answer: Reply) => onReplies([answer]);
        const answer = this.#draw();
        if (answer === null)
          this.#held.push({ batch: op, at: world.now, reply });
        else this.#answer(op, answer, reply);
      },
    });
  }

  /** The receiver answers the oldest request that is open, or gives up on it. */
  answerOne(isDone: boolean): void {
    const held = this.#held.shift();
    if (held === undefined) return;
    this.#answer(held.batch, isDone ? DONE : FAILED, held.reply);
  }

  expire(): void {
    while (this.#world.now - (this.#held[0]?.at ?? Infinity) > TIMEOUT_MS)
      this.answerOne(false);
  }

  /** From now on the receiver takes everything at once. */
  calmDown(): void {
    this.#isCalm = true;
    while (this.#held.length > 0) this.answerOne(true);
  }

  /** The operator wants the events from `from` on once more. */
  replayed(from: number, pending: readonly (readonly Op[])[]): void {
    for (const ops of [...pending, ...this.#ops])
      for (const op of ops) if (op.type === "events") this.#outdated.add(op);
    this.#to = Math.min(this.#to, from - 1);
    for (const seq of this.#got) if (seq >= from) this.#got.delete(seq);
  }

  /** Each event has come since the newest replay, or in a gap that was told. */
  expectAll(events: readonly RoomEvent[]): void {
    for (const { seq } of events)
      assert.ok(this.#got.has(seq), `the webhook has never got ${seq}`);
  }

  #check(batch: DeliverEvents): void {
    const { from, to, lines, gapAfter } = batch;
    if (this.#outdated.has(batch)) return;
    assert.ok(from <= this.#to + 1, `in order: ${from} after ${this.#to}`);
    if (gapAfter !== undefined) {
      assert.ok(
        to - gapAfter.seq > this.#world.settings.ROOM_HISTORY,
        "a gap is only of events that the room has dropped",
      );
      return;
    }
    assert.equal(lines.length, to - from + 1, "a batch has no hole");
    lines.forEach((line, i) => {
      assert.equal(JSON.parse(line).seq, from + i, "a batch is in order");
    });
  }

  #answer(
    batch: DeliverEvents,
    answer: Reply,
    reply: (reply: Reply) => void,
  ): void {
    if (answer.type === "done" && !this.#outdated.has(batch)) {
      this.#to = Math.max(this.#to, batch.to);
      for (let seq = batch.from; seq <= batch.to; seq++) this.#got.add(seq);
    }
    reply(answer);
  }

  /** @returns null: the receiver hangs */
  #draw(): Reply | null {
    const bits = this.#bits() % 8;
    const fails = !this.#isCalm && bits < 4 && this.#failures < FAILURES_MAX;
    this.#failures = fails ? this.#failures + 1 : 0;
    if (!fails) return DONE;
    return [FAILED, BUSY, null, null][bits] ?? null;
  }
}
