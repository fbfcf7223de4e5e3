// Retention model: random conversations with ROOM_DAYS, in which the clock jumps and the room sleeps and crashes; every door shows the same, and nothing that is too old.
import { expect, test } from "vitest";
import type { RoomEvent } from "../../../src/protocol/room-events.ts";
import type { Fault } from "../support/object-host.ts";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { seededRandom } from "../support/random.ts";
import { storedEvents } from "../support/secret-text.ts";
import { World } from "../support/world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** By hand: RUNS=2000 SEED=1. */
const RUNS = Number(process.env.RUNS ?? 15);
const SEED = Number(process.env.SEED ?? 1);
const STEPS = 60;

/** An event as the model knows it, by its own record alone. */
interface Said {
  readonly seq: number;
  readonly at: number;
  readonly text: string;
  /** It was too old at some time, also if the clock was set back since. */
  hasExpired: boolean;
}

interface HistoryPage {
  readonly messages: readonly unknown[];
  readonly more: boolean;
  readonly from?: number;
}

class Story {
  readonly #bits: () => number;
  readonly world: World;
  readonly #ageMs: number;
  readonly said = new Map<number, Said>();
  #head = 0;
  #epoch = "";
  #words = 0;
  #peer: Peer;
  #jumpsBack = 0;

  constructor(seed: number) {
    this.#bits = seededRandom(seed);
    const days = 1 + this.pick(3);
    this.#ageMs = days * DAY;
    this.world = new World(
      {
        ...{ ROOM_DAYS: days, RATE_PER_SECOND: 0, EDIT_SECONDS: 1e8 },
        ROOM_HISTORY: this.pick(4) === 0 ? 40 : 10_000,
      },
      seed,
    );
    this.#peer = this.#join();
  }

  pick(below: number): number {
    return this.#bits() % below;
  }

  #join(): Peer {
    const peer = join(this.world, "lobby", "bob", { history: 0 });
    const { epoch, seq } = peer.last("welcome");
    // Numbers go on within an epoch, also where nothing is left to read.
    if (epoch === this.#epoch) expect(seq).toBe(this.#head);
    [this.#epoch, this.#head] = [epoch, seq];
    return peer;
  }

  #note(text: string, seq = this.#head + 1, at = this.world.now): void {
    this.#head = seq;
    this.said.set(seq, { seq, at, text, hasExpired: false });
  }

  get #word(): string {
    return `word${++this.#words}.`;
  }

  step(): void {
    const { world } = this;
    const lobby = world.room("lobby");
    const kind = this.pick(14);
    const of = Math.max(1, this.#head - this.pick(30));
    if (kind < 4) {
      const count = kind === 0 ? 1 + this.pick(40) : 1;
      for (let i = 0; i < count; i++) this.#say();
    } else if (kind === 4) this.#edit(of);
    else if (kind === 5) this.#peer.send({ type: "delete", of });
    else if (kind === 6) this.#peer.send(`/react #${of} 👍`);
    else if (kind === 7) this.pass(this.pick(3 * HOUR));
    else if (kind === 8) this.pass(this.pick(2 * this.#ageMs));
    else if (kind === 9) this.pass(this.pick(DAY));
    else if (kind === 10 && this.pick(3) === 0) this.#jumpBack();
    else if (kind === 11) world.hibernate(lobby);
    else if (kind === 12) this.#crash();
    else if (kind === 13 && this.pick(4) === 0) this.#import();
    this.#learn();
    // What waits for its flush is stored, and learned before it is too old.
    this.pass(200);
  }

  #say(): void {
    const text = this.#word;
    const thread = this.pick(5) === 0 ? { replyTo: this.#head } : {};
    this.#peer.send({ type: "message", text, ...thread });
  }

  #edit(of: number): void {
    this.#peer.send({ type: "edit", of, text: this.#word });
  }

  pass(ms: number): void {
    const { world } = this;
    world.pass(ms);
    this.#learn();
  }

  #jumpBack(): void {
    this.#jumpsBack++;
    this.world.setClockBack(this.pick(3) === 0 ? 40 * DAY : this.pick(DAY));
  }

  #crash(): void {
    const lobby = this.world.room("lobby");
    const faults = [{ kind: "uncommitted" }, { after: this.pick(3) }, null];
    lobby.nextFault = (faults[this.pick(3)] ?? null) as Fault | null;
    this.#peer.send({ type: "message", text: this.#word });
    lobby.nextFault = null;
    this.world.crash(lobby);
    const epoch = this.#epoch;
    const before = this.#head;
    // The model does not know whether the last message was stored.
    this.#epoch = "";
    this.#peer = this.#join();
    expect(this.#peer.last("welcome").epoch).toBe(epoch);
    expect([before, before + 1]).toContain(this.#head);
    this.#head = before;
  }

  #import(): void {
    const count = 1 + this.pick(60);
    const at = Array.from(
      { length: count },
      () => this.world.now - this.pick(2 * this.#ageMs),
    );
    if (this.pick(2) === 0) at.sort((one, other) => one - other);
    const texts = at.map(() => this.#word);
    const lines = texts.map((text, i) =>
      JSON.stringify({
        ...{ type: "message", seq: i + 1, room: "lobby", user: "someone" },
        ...{ username: "someone", text, at: at[i] },
      }),
    );
    const ask = (step: unknown) =>
      this.world.askRoom("lobby", {
        ...{ type: "import-log", id: `i${this.#words}` },
        step: step as never,
      });
    ask({ kind: "begin", first: 1, lines });
    const info = ask({ kind: "end" });
    const tooOld = at.filter((one) => one <= this.world.now - this.#ageMs);
    const { ROOM_HISTORY } = this.world.settings;
    if (count <= ROOM_HISTORY)
      expect(info).toMatchObject({
        seq: count,
        ...(tooOld.length > 0 && { expired: tooOld.length }),
      });
    this.said.clear();
    this.#head = 0;
    for (const [i, text] of texts.entries()) this.#note(text, i + 1, at[i]);
    this.#peer.close(1000);
    this.world.settle();
    this.#peer = this.#join();
  }

  /** Takes what the member has heard into the record. */
  #learn(): void {
    const now = this.world.now;
    this.#peer.take();
    // Pages tell what is new: the record takes each number once, when it is new.
    for (const event of storedEvents(this.world, "lobby"))
      if (event.seq > this.#head) {
        expect(event.seq).toBe(this.#head + 1);
        const own = "text" in event ? (event.text ?? "") : "";
        this.#note(own, event.seq, event.at);
      }
    for (const one of this.said.values())
      if (one.at <= now - this.#ageMs) one.hasExpired = true;
  }

  /** All doors at this moment. */
  check(): void {
    const { world } = this;
    const now = world.now;
    const events = storedEvents(world, "lobby");
    const [first] = events;
    const oldest = first?.seq ?? this.#head + 1;
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: events.length }, (_, i) => oldest + i),
    );
    expect(oldest + events.length - 1).toBe(this.#head);
    this.#checkAge(events, oldest, now);
    if (this.#jumpsBack === 0) this.#checkTables(now - this.#ageMs - DAY);
    this.#checkPages(events);
    this.#checkResume(events, oldest);
  }

  #checkAge(events: readonly RoomEvent[], oldest: number, now: number): void {
    const { ROOM_HISTORY } = this.world.settings;
    for (const event of events) {
      const known = this.said.get(event.seq);
      expect(known?.at).toBe(event.at);
      const isOld = event.at <= now - this.#ageMs;
      const isRest = JSON.stringify(event).includes("bot:retention");
      if (isOld) expect(isRest).toBe(true);
      else if (known?.hasExpired === false) expect(isRest).toBe(false);
      // A text does not outlive its message in an edit.
      if (event.type === "edited" && event.text !== undefined)
        expect(event.of).toBeGreaterThanOrEqual(oldest);
    }
    // Nothing that is young is missing, but for a short history.
    if (ROOM_HISTORY < 1000) return;
    for (const { seq, hasExpired } of this.said.values())
      if (!hasExpired) expect(seq).toBeGreaterThanOrEqual(oldest);
  }

  /** A day after its time a text is in no table. */
  #checkTables(before: number): void {
    const tables = JSON.stringify(this.world.room("lobby").database.tables);
    for (const { at, text } of this.said.values())
      if (text !== "" && at <= before) expect(tables).not.toContain(text);
  }

  #checkPages(events: readonly RoomEvent[]): void {
    const older: RoomEvent[] = [];
    let page: HistoryPage;
    do {
      const before = older[0]?.seq;
      page = this.#page({
        limit: 1 + this.pick(200),
        ...(before !== undefined && { before }),
      });
      older.unshift(...(page.messages as RoomEvent[]));
    } while (page.more);
    expect(older).toEqual(events);
    const folded: RoomEvent[] = [];
    let before: number | undefined;
    do {
      page = this.#page({
        ...{ fold: true, limit: 50 },
        ...(before !== undefined && { before }),
      });
      folded.unshift(...(page.messages as RoomEvent[]));
      before = page.from;
    } while (page.more);
    const isShown = ({ type }: RoomEvent) =>
      type === "message" || type === "erased";
    const contentOf = ({ seq, type, ...rest }: RoomEvent) => [
      ...[seq, type],
      "text" in rest ? rest.text : null,
    ];
    expect(folded.map(contentOf)).toEqual(
      events.filter(isShown).map(contentOf),
    );
    for (const event of folded)
      if ("quoted" in event) this.#checkQuote(event.quoted as never, events);
  }

  #page(frame: Record<string, unknown>): HistoryPage {
    this.#peer.send({ type: "history", ...frame });
    return this.#peer.last("history") as HistoryPage;
  }

  #checkQuote(
    quoted: { seq: number; text?: string; erased?: true },
    events: readonly RoomEvent[],
  ): void {
    const found = events.find(({ seq }) => seq === quoted.seq);
    const text = found?.type === "message" ? found.text : undefined;
    expect(quoted.text).toBe(text);
  }

  #checkResume(events: readonly RoomEvent[], oldest: number): void {
    const since = this.pick(this.#head + 1);
    const reader = join(this.world, "lobby", "reader", {
      ...{ since, epoch: this.#epoch, history: 0 },
    });
    const isStored = since >= oldest - 1;
    expect(reader.last("welcome")).toMatchObject({
      ...{ resumed: isStored, gap: !isStored, seq: this.#head },
    });
    if (isStored)
      expect(
        reader.inbox.filter(
          (frame) => "seq" in frame && frame.type !== "welcome",
        ),
      ).toEqual(events.filter(({ seq }) => seq > since));
    reader.close(1000);
    this.world.settle();
  }

  /** Everything that was said before goes, with all that was made of it. */
  end(): void {
    for (const peer of [...this.world.room("lobby").peers]) peer.close(1000);
    this.world.settle();
    // The clock catches up with the events that it has put in the future.
    this.world.pass(this.#jumpsBack * 40 * DAY);
    this.world.pass(this.#ageMs + DAY);
    const tables = this.world.room("lobby").database.tables;
    const text = JSON.stringify(tables);
    expect(text).not.toMatch(/word\d+\./);
    expect(text).not.toContain('"username":"bob"');
    expect(tables.message_state ?? []).toEqual([]);
    expect(storedEvents(this.world, "lobby")).toEqual([]);
    this.#head = Math.max(this.#head, 0);
    const peer = join(this.world, "lobby", "bob", { history: 0 });
    expect(peer.last("welcome")).toMatchObject({ seq: this.#head });
  }
}

test("every door shows the same events, and none that is too old", () => {
  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    const story = new Story(seed);
    let step = 0;
    try {
      for (; step < STEPS; step++) {
        story.step();
        if (story.pick(4) === 0) story.check();
      }
      story.end();
    } catch (error) {
      throw new Error(`seed ${seed}, step ${step}`, { cause: error });
    }
  }
});
