// App oracle: the model's app decides about joins and texts at random, and nothing is stored that it has not allowed.
import assert from "node:assert/strict";
import type { AppVerdict } from "../../../src/core/shared/app-verdicts.ts";
import { ALLOW, AppStub, type Asked, FORBID } from "../support/app-stub.ts";
import { seededRandom } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { pick } from "./actors.ts";
import { answerOf } from "./command-oracle.ts";
import type { EventsOracle } from "./events-oracle.ts";
import { dataOf } from "./message-data.ts";
import type { readLog } from "./quiesce.ts";

/** A host gives up on a promise after this time, ms. */
const TIMEOUT_MS = 1500;
const TIMED_OUT: AppVerdict = {
  ...{ type: "refused", code: "unavailable", retryAfter: 1000 },
};
const FAILED: AppVerdict = { type: "refused", code: "internal" };

export class AppOracle {
  readonly #world: World;
  readonly #stub: AppStub;
  readonly #bits: () => number;
  /** When the app was asked, by ticket, ms since 1970. */
  readonly #askedAt = new Map<number, number>();
  /** The texts that the app has allowed, by user and id. */
  readonly #allowed = new Map<string, Set<string>>();
  /** Numbers of the commands that the app has run. */
  readonly #run = new Set<string>();
  /** Ids on which the app took its time. */
  readonly #slow = new Set<string>();
  /** The app allows everything at once. */
  #isCalm = false;

  /** @param events the app hears of stored events; null: it does not */
  constructor(world: World, seed: number, events: EventsOracle | null) {
    this.#world = world;
    this.#bits = seededRandom(seed ^ 0x5eed);
    this.#stub = new AppStub(
      world,
      ["join", "message", "private", "command"],
      events === null ? null : (batch) => events.answer(batch),
    );
    events?.attach(this.#stub);
    this.#stub.decide = (asked) => this.#decide(asked);
  }

  /** The app answers one of the questions that are open. */
  answerOne(number: number): void {
    const ticket = pick([...this.#stub.open.keys()], number);
    if (ticket !== undefined) this.#answer(ticket, this.#verdict(ticket));
  }

  /** Questions that are open for too long are answered by the host. */
  expire(): void {
    for (const ticket of [...this.#stub.open.keys()]) {
      const askedAt = this.#askedAt.get(ticket) ?? this.#world.now;
      this.#askedAt.set(ticket, askedAt);
      if (this.#world.now - askedAt > TIMEOUT_MS)
        this.#answer(ticket, TIMED_OUT);
    }
  }

  /** The app allows all, what is open too, until `run` has ended. */
  calmly(run: () => void): void {
    const before = this.#isCalm;
    this.calmDown();
    this.#world.settle();
    run();
    this.#isCalm = before;
  }

  /** From now on the app allows everything at once. */
  calmDown(): void {
    this.#isCalm = true;
    for (const ticket of [...this.#stub.open.keys()])
      this.#answer(ticket, this.#allow(this.#stub.open.get(ticket)));
  }

  /** Did a message with this id wait for the app? */
  wasSlow(user: string, id: string | undefined): boolean {
    return this.#slow.has(`${user} ${id}`);
  }

  /** Everything in a log was allowed, with the text that the app gave it. */
  expectAllowed({ events }: ReturnType<typeof readLog>): void {
    for (const event of events) {
      if (event.type !== "message") continue;
      const { user, id, text, by } = event;
      const number = by && text.split(" ")[1];
      if (number !== undefined)
        assert.ok(this.#run.has(number), `the app has not run ${number}`);
      if (id === undefined || !id.startsWith("id-")) continue;
      const allowed = this.#allowed.get(`${user} ${id}`);
      assert.ok(allowed?.has(text), `the app has not allowed ${id}: ${text}`);
    }
  }

  #decide(asked: Asked): AppVerdict | "later" {
    if (this.#isCalm || this.#bits() % 3 === 0) return this.#allow(asked);
    if (asked.hook === "join" || this.#bits() % 2 === 0) {
      if (asked.hook !== "command") this.#slow.add(keyOf(asked));
      return "later";
    }
    return this.#draw(asked);
  }

  #verdict(ticket: number): AppVerdict {
    const asked = this.#stub.open.get(ticket);
    return asked === undefined ? FAILED : this.#draw(asked);
  }

  #draw(asked: Asked): AppVerdict {
    switch (this.#bits() % 6) {
      case 0:
        return FORBID;
      case 1:
        return FAILED;
      case 2:
        return TIMED_OUT;
      default:
        return this.#allow(asked);
    }
  }

  /** Sometimes with another text, and the data that belongs to it. */
  #allow(asked: Asked | undefined): AppVerdict {
    if (asked?.name !== undefined && asked.args !== undefined)
      return this.#runCommand(asked.name, asked.args);
    if (asked?.text === undefined) return ALLOW;
    const isRewritten = asked.hook === "message" && this.#bits() % 4 === 0;
    const text = isRewritten ? `${asked.text} (seen)` : asked.text;
    if (asked.hook === "message") {
      const key = keyOf(asked);
      const texts = this.#allowed.get(key) ?? new Set();
      this.#allowed.set(key, texts.add(text));
    }
    if (!isRewritten) return ALLOW;
    return { type: "allowed", text, data: dataOf(text) };
  }

  #runCommand(name: string, number: string): AppVerdict {
    this.#run.add(number);
    return { type: "allowed", ...answerOf(name, number) };
  }

  #answer(ticket: number, verdict: AppVerdict): void {
    this.#askedAt.delete(ticket);
    this.#stub.resolveTicket(ticket, verdict);
  }
}

function keyOf({ user, id }: Asked): string {
  return `${user.id} ${id}`;
}
