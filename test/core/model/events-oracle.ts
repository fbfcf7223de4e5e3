// Events oracle: the model's app fails, hangs and answers late, and still gets every stored event, in order.
import assert from "node:assert/strict";
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { RoomEvent } from "../../../src/protocol/server-frames.ts";
import type { AppStub } from "../support/app-stub.ts";
import { seededRandom } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { ROOMS } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import { readLog } from "./quiesce.ts";

/** A host gives up on a batch after this time, ms. */
const TIMEOUT_MS = 15_000;
const DONE: Reply = { type: "done" };
const FAILED: Reply = { type: "refused", code: "internal" };
const BUSY: Reply = {
  ...{ type: "refused", code: "unavailable", retryAfter: 30_000 },
};

/** The events of one log that the app has. */
interface Received {
  /** Earlier ones are from before the app heard of the room. */
  readonly start: number;
  /** All events from the start to this seq have come, or their gap. */
  to: number;
  readonly lines: Map<number, string>;
  /** Ranges that were told to be missing. */
  readonly gaps: { readonly from: number; readonly to: number }[];
}

export class EventsOracle {
  readonly #world: World;
  readonly #bits: () => number;
  /** By room, then by epoch. */
  readonly #received = new Map<string, Map<string, Received>>();
  /** The newest events before each gap in a room, as they were told. */
  readonly #gapsAfter: { room: string; epoch: string; seq: number }[] = [];
  /** Batches that are open, with the time when the app got them. */
  readonly #open: { readonly batch: DeliverEvents; readonly at: number }[] = [];
  #stub: AppStub | null = null;
  #isCalm = false;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#bits = seededRandom(seed ^ 0xe7e27);
  }

  /** The app that gets the events. */
  attach(stub: AppStub): void {
    this.#stub = stub;
  }

  /** Checks a batch, and draws the app's answer. */
  answer(batch: DeliverEvents): Reply | "later" {
    this.#check(batch);
    const answer = this.#isCalm ? DONE : this.#draw();
    if (answer === "later") this.#open.push({ batch, at: this.#world.now });
    else if (answer === DONE) this.#take(batch);
    return answer;
  }

  /** The app answers the oldest batch that is open, if there is one. */
  answerOne(): void {
    if (this.#open.length > 0) this.#resolve(this.#bits() % 2 ? DONE : FAILED);
  }

  /** Batches that are open for too long have failed. */
  expire(): void {
    while (this.#world.now - (this.#open[0]?.at ?? Infinity) > TIMEOUT_MS)
      this.#resolve(FAILED);
  }

  /** From now on the app takes everything at once. */
  calmDown(): void {
    this.#isCalm = true;
    while (this.#open.length > 0) this.#resolve(DONE);
  }

  /** Each stored event has come at least once, in order, or in a gap that was told. */
  expectDelivered(conversation: Conversation): void {
    for (const room of ROOMS) {
      const log = readLog(conversation, room);
      const received = this.#received.get(room) ?? new Map<string, Received>();
      for (const event of log.events)
        this.#expectEvent(received.get(log.epoch), event);
      for (const [epoch, event] of conversation.ledger.allOf(room))
        if (epoch !== log.epoch)
          assert.ok(
            this.#isKnown(room, received.get(epoch), epoch, event),
            `the app has never got ${room} ${epoch}:${event.seq}`,
          );
    }
  }

  #resolve(reply: Reply): void {
    const open = this.#open.shift();
    if (open !== undefined && reply === DONE) this.#take(open.batch);
    this.#stub?.openBatches.shift()?.(reply);
  }

  #draw(): Reply | "later" {
    switch (this.#bits() % 8) {
      case 0:
        return FAILED;
      case 1:
        return BUSY;
      case 2:
      case 3:
        return "later";
      default:
        return DONE;
    }
  }

  /** Checks that a batch may come next. */
  #check({ room, epoch, from, to, lines, gapAfter }: DeliverEvents): void {
    const epochs = this.#received.get(room);
    const received = epochs?.get(epoch);
    if (gapAfter !== undefined) {
      if (gapAfter.epoch === epoch)
        assert.ok(
          to - gapAfter.seq > this.#world.settings.ROOM_HISTORY,
          "a gap is only of events that the room has dropped",
        );
      assert.ok(!received?.lines.has(to), "what the app has is no gap");
      return;
    }
    // A call may arrive once more after a gap: it has the events that were missed.
    const isLate = this.#gapsAfter.some(
      (gap) => gap.room === room && gap.epoch === epoch && gap.seq === from - 1,
    );
    assert.ok(
      received !== undefined || from === 1 || epochs === undefined || isLate,
      "the app is told of another log first",
    );
    assert.ok(
      received === undefined || from <= received.to + 1,
      "the app gets events in order, the next after it took those before",
    );
    assert.ok(lines.length > 0, "a batch has events");
    assert.equal(lines.length, to - from + 1, "a batch has no hole");
    lines.forEach((line, i) => {
      const { seq } = JSON.parse(line);
      assert.equal(seq, from + i, "a batch has its events in order");
      const before = received?.lines.get(seq) ?? line;
      assert.equal(line, before, "an event comes again as it was");
    });
  }

  /** The app has the events, once it has said so. */
  #take({ room, epoch, from, to, lines, gapAfter }: DeliverEvents): void {
    const epochs = this.#received.get(room) ?? new Map<string, Received>();
    this.#received.set(room, epochs);
    const received = epochs.get(epoch) ?? {
      ...{ start: from, to: 0, lines: new Map<number, string>(), gaps: [] },
    };
    epochs.set(epoch, received);
    received.to = Math.max(received.to, to);
    for (const [i, line] of lines.entries()) received.lines.set(from + i, line);
    if (gapAfter === undefined) return;
    this.#gapsAfter.push({ room, ...gapAfter });
    received.gaps.push({ from, to });
  }

  #expectEvent(received: Received | undefined, event: RoomEvent): void {
    const { seq } = event;
    if (received === undefined || seq < received.start) {
      // An import into a room without events is not told.
      assert.ok(isImported(event), `the app has never got ${seq}`);
      return;
    }
    const line = received.lines.get(seq);
    if (line !== undefined)
      assert.deepEqual(JSON.parse(line), event, "the app got what is stored");
    else
      assert.ok(
        received.gaps.some(({ from, to }) => from <= seq && seq <= to),
        `the app has never got ${seq}`,
      );
  }

  /** An event of a log that was replaced. */
  #isKnown(
    room: string,
    received: Received | undefined,
    epoch: string,
    event: RoomEvent,
  ): boolean {
    const { seq } = event;
    const gaps = this.#gapsAfter.filter((gap) => gap.room === room);
    // Two imports in a row have one gap, from the log before both.
    // An import into a room without events has none.
    if (received === undefined) return gaps.length > 0 || isImported(event);
    return (
      seq <= received.to ||
      gaps.some((gap) => gap.epoch === epoch && seq > gap.seq)
    );
  }
}

function isImported(event: RoomEvent): boolean {
  return event.type === "message"
    ? event.text.startsWith("import-")
    : event.type === "reacted" &&
        event.added.every(({ username }) => username === "somebody");
}
