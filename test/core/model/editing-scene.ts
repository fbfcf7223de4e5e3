// Editing scene: a reference of a room whose messages are edited, deleted and pinned, beside the room itself.
import assert from "node:assert/strict";
import type { ClientFrame } from "../../../src/protocol/client-frames.ts";
import { AppStub } from "../support/app-stub.ts";
import { join } from "../support/people.ts";
import { storedEvents } from "../support/secret-text.ts";
import { World } from "../support/world.ts";
import { EditingView } from "./editing-view.ts";
import { searchAll } from "./search-all.ts";

type Who = "alice" | "bob";

export type EditingStep =
  | { readonly do: "say" | "topic" | "drop"; readonly who: Who }
  | { readonly do: "edit" | "delete"; readonly who: Who; readonly of: number }
  | {
      readonly do: "pin";
      readonly who: Who;
      readonly of: number;
      readonly on: boolean;
    }
  /** alice deletes all that bob said in so many seconds. */
  | { readonly do: "purge"; readonly seconds: number }
  | { readonly do: "repeat" | "crash" | "sleep" | "export" | "import" };

/** A message as it is now. */
interface Expected {
  readonly seq: number;
  /** Tells messages apart over imports, which repeat numbers. */
  readonly uid: number;
  readonly author: Who;
  /** When its text was written, ms since 1970. */
  at: number;
  /** null: it is deleted. */
  text: string | null;
}

interface Saved {
  readonly lines: readonly string[];
  readonly epoch: string;
  readonly messages: readonly Expected[];
  readonly pins: readonly number[];
  readonly topic: string;
}

export class EditingScene {
  edits = 0;
  deletions = 0;
  purged = 0;
  found = 0;
  readonly #world: World;
  readonly #batches: string[] = [];
  readonly #views: Record<Who, EditingView>;
  #messages: Expected[] = [];
  #pins: number[] = [];
  #topic = "";
  /** Deleted messages, by their uid. */
  readonly #deleted = new Set<number>();
  readonly #saved: Saved[] = [];
  #last: { who: Who; frame: ClientFrame; seq: number } | null = null;
  #texts = 0;
  #uids = 0;
  #ids = 0;
  #imports = 0;

  /** @param history messages that the room keeps */
  constructor(history: number) {
    const world = new World({ ROOM_HISTORY: history, RATE_PER_SECOND: 0 });
    this.#world = world;
    new AppStub(world, [], (batch) => {
      this.#batches.push(...batch.lines);
      return { type: "done" };
    });
    join(world, "hall", "alice").send("/register");
    world.settle();
    // The first one owns the room.
    this.#views = {
      alice: new EditingView(world, "alice"),
      bob: new EditingView(world, "bob"),
    };
  }

  run(step: EditingStep): void {
    switch (step.do) {
      case "say":
        this.#say(step.who);
        break;
      case "edit":
        this.#edit(step.who, this.#pick(step.of));
        break;
      case "delete":
        this.#delete(step.who, this.#pick(step.of));
        break;
      case "pin":
        this.#pin(step.who, this.#pick(step.of), step.on);
        break;
      case "topic":
        this.#setTopic(step.who);
        break;
      case "drop":
        this.#views[step.who].drop();
        break;
      case "purge":
        this.#purge(step.seconds);
        break;
      case "repeat":
        this.#repeat();
        break;
      case "crash":
        this.#world.crash(this.#world.room("lobby"));
        break;
      case "sleep":
        this.#world.hibernate(this.#world.room("lobby"));
        break;
      case "export":
        this.#export();
        break;
      case "import":
        this.#import();
        break;
      default:
        step satisfies never;
    }
    this.#world.settle();
  }

  /** Each user, and a new one, sees the room as it is now. */
  expectSameEnd(): void {
    const oldest = this.#oldest;
    const fresh = new EditingView(this.#world, "carol");
    fresh.read();
    const kept = this.#messages.filter(({ seq }) => seq >= oldest);
    const now = new Map(kept.map(({ seq, text }) => [seq, text]));
    const pins = this.#pins.filter((seq) => seq >= oldest);
    assert.deepEqual(fresh.pins, pins, "pins");
    assert.equal(fresh.topic, this.#topic, "topic");
    for (const view of [...Object.values(this.#views), fresh]) {
      view.read();
      for (const [seq, text] of view.messages)
        if (seq >= oldest)
          assert.equal(text, now.get(seq), `${seq} for ${view.who}`);
    }
    assert.deepEqual([...fresh.messages], [...now].slice(-200), "a new page");
    this.#expectFound(now);
    fresh.drop();
  }

  /** 12. Gone is gone: no row, page, replay or batch has a text that is not shown now. */
  expectGone(): void {
    const oldest = this.#oldest;
    const shown = new Set(
      this.#messages.flatMap(({ seq, text }) => (seq >= oldest ? text : [])),
    );
    // What the app gets from now on.
    this.#batches.length = 0;
    this.#world.crash(this.#world.room("lobby"));
    const view = new EditingView(this.#world, "dave");
    const all = [
      ...this.#world.hosts.map(({ database }) => database.tables),
      storedEvents(this.#world, "lobby"),
      view.frames,
      view.replay(),
      this.#batches,
    ];
    const found = JSON.stringify(all);
    for (let i = 0; i < this.#texts; i++) {
      const text = textOf(i);
      if (!shown.has(text))
        assert.ok(!found.includes(text), `12: ${text} is still there`);
    }
  }

  /** A search finds the messages that have a text now, and no others. */
  #expectFound(now: ReadonlyMap<number, string | null>): void {
    const word = this.#texts % 2 === 0 ? "t" : `${this.#texts % 10}`;
    const wanted = [...now].filter(([, text]) => text?.includes(word));
    const found = searchAll(this.#world, `TEXT ${word}`, 1 + (now.size % 5));
    assert.deepEqual(found, wanted, `a search for ${word}`);
    this.found += found.length;
  }

  #say(who: Who): void {
    const text = this.#nextText();
    const seq = this.#send(who, { type: "message", text }, null);
    if (seq === null) return;
    const { now: at } = this.#world;
    this.#messages.push({ seq, uid: this.#uids++, author: who, at, text });
  }

  #edit(who: Who, message: Expected | undefined): void {
    if (message === undefined) return;
    const text = this.#nextText();
    const refused = this.#refusal(message, message.author === who);
    const frame = { type: "edit", of: message.seq, text } as const;
    if (this.#send(who, frame, refused) === null) return;
    message.text = text;
    message.at = Math.max(message.at, this.#world.now);
    this.edits++;
  }

  #delete(who: Who, message: Expected | undefined): void {
    if (message === undefined) return;
    const isAllowed = message.author === who || who === "alice";
    const refused = this.#refusal(message, isAllowed);
    const frame = { type: "delete", of: message.seq } as const;
    if (this.#send(who, frame, refused) === null) return;
    this.#remove(message);
    this.deletions++;
  }

  #purge(seconds: number): void {
    const frame = {
      type: "moderate",
      ...({ action: "purge", username: "bob", for: seconds } as const),
    } as const;
    const since = this.#world.now - seconds * 1000;
    const oldest = this.#oldest;
    if (this.#send("alice", frame, null) === null) return;
    const purged = this.#messages.filter(
      ({ author, at, seq, text }) =>
        author === "bob" && at >= since && seq >= oldest && text !== null,
    );
    for (const message of purged) this.#remove(message);
    this.purged += purged.length;
  }

  #remove(message: Expected): void {
    message.text = null;
    this.#deleted.add(message.uid);
    this.#pins = this.#pins.filter((seq) => seq !== message.seq);
  }

  #pin(who: Who, message: Expected | undefined, on: boolean): void {
    if (message === undefined) return;
    const { seq: of } = message;
    const isPinned = this.#pins.includes(of);
    const isGone = this.#refusal(message, true) !== null || (!on && !isPinned);
    const refused = who === "bob" ? "forbidden" : isGone ? "gone" : null;
    if (this.#send(who, { type: "pin", of, on }, refused) === null) return;
    if (on && isPinned) return;
    this.#pins = this.#pins.filter((seq) => seq !== of);
    if (on) this.#pins.unshift(of);
  }

  #setTopic(who: Who): void {
    const text = `topic ${this.#texts}`;
    const frame = { type: "moderate", action: "topic", text } as const;
    const refused = who === "bob" ? "forbidden" : null;
    if (this.#send(who, frame, refused) !== null) this.#topic = text;
  }

  /** @returns the number in the ack; null: it was refused, as expected */
  #send(who: Who, bare: ClientFrame, refused: string | null): number | null {
    const view = this.#views[who];
    const id = `${who}-${this.#ids++}`;
    const frame = { ...bare, id } as ClientFrame;
    view.send(frame);
    const answer = view.answer(id);
    if (refused !== null) {
      assert.deepEqual([answer.type, answer.code], ["error", refused]);
      return null;
    }
    assert.equal(answer.type, "ack", JSON.stringify(answer));
    const seq = answer.seq ?? 0;
    this.#last = { who, frame, seq };
    return seq;
  }

  /** The same frame again does nothing. */
  #repeat(): void {
    if (this.#last === null || this.#last.seq < this.#oldest) return;
    const { who, frame, seq } = this.#last;
    const { id = "" } = frame as { id?: string };
    const view = this.#views[who];
    view.send(frame);
    const answer = view.answer(id);
    assert.equal(answer.seq, seq, "3: a repeat gets the first ack");
    assert.ok(answer.duplicate, "3: a repeat is marked");
  }

  #export(): void {
    const page = this.#world.askRoom("lobby", {
      ...{ type: "messages", after: 0, limit: 100_000 },
    });
    if (page.type !== "page") throw new Error("No page.");
    const oldest = this.#oldest;
    const [topic, pins] = [this.#topic, this.#pins];
    const { lines, epoch } = page;
    const kept = this.#messages.filter(({ seq }) => seq >= oldest);
    // A pin or a topic whose event is dropped is not in an export.
    const isWhole = oldest === 1;
    if (!isWhole || epoch === null) return;
    const messages = kept.map((one) => ({ ...one }));
    this.#saved.push({ lines, epoch, messages, pins, topic });
  }

  #import(): void {
    const saved = this.#saved[this.#texts % Math.max(1, this.#saved.length)];
    if (saved === undefined || saved.lines.length === 0) return;
    const { lines, epoch } = saved;
    const id = `import-${this.#imports++}`;
    for (const step of [
      { kind: "begin", first: 1, lines },
      { kind: "end" },
    ] as const)
      this.#world.askRoom("lobby", { type: "import-log", id, epoch, step });
    this.#messages = saved.messages.map((one) => ({
      ...one,
      text: this.#deleted.has(one.uid) ? null : one.text,
    }));
    const erased = new Set(
      this.#messages.flatMap(({ seq, text }) => (text === null ? seq : [])),
    );
    this.#pins = saved.pins.filter((seq) => !erased.has(seq));
    this.#topic = saved.topic;
    this.#last = null;
  }

  #refusal({ seq, text }: Expected, isAllowed: boolean): string | null {
    if (seq < this.#oldest || text === null) return "gone";
    return isAllowed ? null : "forbidden";
  }

  #pick(of: number): Expected | undefined {
    return this.#messages[of % Math.max(1, this.#messages.length)];
  }

  #nextText(): string {
    return textOf(this.#texts++);
  }

  get #oldest(): number {
    return storedEvents(this.#world, "lobby")[0]?.seq ?? 1;
  }
}

function textOf(number: number): string {
  return `<text ${number}>`;
}
