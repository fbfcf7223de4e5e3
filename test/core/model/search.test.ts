// Search model: a room is searched in steps while its messages are said, edited, deleted and purged, and each answer is right at its moment.
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientFrame } from "../../../src/protocol/client-frames.ts";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const WORDS = ["fox", "hen", "owl"] as const;
/** So long that few messages share a row, and a search takes several steps. */
const FILLER = "x".repeat(1500);
const MESSAGES = 120;

type Step =
  | { readonly do: "say" | "edit"; readonly of: number; readonly word: number }
  | { readonly do: "delete"; readonly of: number }
  | { readonly do: "purge" | "turn" };

const word = fc.nat(WORDS.length - 1);
const of = fc.nat(MESSAGES * 2);
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("say"), of, word }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("edit"), of, word }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delete"), of }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("purge") }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("turn") }) },
) as fc.Arbitrary<Step>;

/** A message as it is now, and whether it was so when the search began. */
interface Expected {
  readonly author: "alice" | "bob";
  word: string | null;
  isChanged: boolean;
}

class Scene {
  readonly messages = new Map<number, Expected>();
  answers = 0;
  stepped = 0;
  readonly #world: World;
  readonly #peers: Record<"alice" | "bob", Peer>;
  readonly #reader: Peer;
  #asked: { readonly word: string } | null = null;
  #turns = 0;

  constructor(history: number) {
    const world = new World({ ROOM_HISTORY: history, RATE_PER_SECOND: 0 });
    this.#world = world;
    const owner = join(world, "lobby", "alice");
    owner.send("/register");
    world.settle();
    owner.close(1000);
    world.pass(1000);
    this.#peers = {
      alice: join(world, "room", "alice"),
      bob: join(world, "room", "bob"),
    };
    this.#reader = join(world, "room", "reader");
    for (let i = 0; i < MESSAGES; i++) this.#say(i, i % WORDS.length);
    world.pass(3000);
  }

  run(step: Step): void {
    switch (step.do) {
      case "say":
        this.#say(step.of, step.word);
        break;
      case "edit":
        this.#edit(step.of, step.word);
        break;
      case "delete":
        this.#delete(step.of);
        break;
      case "purge":
        this.#purge();
        break;
      case "turn":
        this.#turn();
        break;
      default:
        step satisfies never;
    }
  }

  /** Searches until there is an answer, while nothing else happens. */
  finish(): void {
    for (let i = 0; this.#asked !== null && i < 200; i++) this.#turn();
    assert.equal(this.#asked, null, "a search ends");
  }

  #say(of: number, number: number): void {
    const author = of % 2 === 0 ? "alice" : "bob";
    const said = WORDS[number] ?? "";
    const seq = this.#send(author, {
      ...{ type: "message", text: `${said} ${FILLER}` },
    });
    this.messages.set(seq, { author, word: said, isChanged: true });
  }

  #edit(of: number, number: number): void {
    const [seq, message] = this.#pick(of) ?? [];
    if (seq === undefined || !message || message.word === null) return;
    const said = WORDS[number] ?? "";
    const text = `${FILLER} ${said.toUpperCase()}`;
    this.#send(message.author, { type: "edit", of: seq, text });
    Object.assign(message, { word: said, isChanged: true });
  }

  #delete(of: number): void {
    const [seq, message] = this.#pick(of) ?? [];
    if (seq === undefined || !message || message.word === null) return;
    this.#send(message.author, { type: "delete", of: seq });
    Object.assign(message, { word: null, isChanged: true });
  }

  #purge(): void {
    const act = { type: "moderate", action: "purge" } as const;
    this.#send("alice", { ...act, username: "bob", for: 3600 });
    for (const message of this.messages.values())
      if (message.author === "bob" && message.word !== null)
        Object.assign(message, { word: null, isChanged: true });
  }

  /** Begins a search, or gives a begun one its next turn. */
  #turn(): void {
    const { messages } = this;
    if (this.#asked === null) {
      this.#world.pass(2000);
      this.#reader.take();
      const asked = WORDS[messages.size % WORDS.length] ?? "";
      for (const message of messages.values()) message.isChanged = false;
      this.#asked = { word: asked };
      this.#turns = 0;
      const limit = messages.size % 3 === 0 ? 5 : 50;
      this.#reader.send({ type: "search", text: asked, limit });
    } else this.#world.pass(5);
    this.#turns++;
    const [page] = this.#reader.all("results");
    if (page === undefined) return;
    this.#expectRight(this.#asked.word, page.messages, page);
    this.#asked = null;
    this.answers++;
    if (this.#turns > 1) this.stepped++;
  }

  #expectRight(
    asked: string,
    found: readonly { readonly seq: number }[],
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const seqs = found.map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      [...seqs].sort((a, b) => a - b),
      "in their order",
    );
    const shown = new Set(seqs);
    const oldest = this.#oldest;
    for (const seq of shown) {
      assert.equal(this.messages.get(seq)?.word, asked, `${seq} is no hit`);
      assert.ok(seq >= oldest, `${seq} was dropped`);
    }
    for (const [seq, message] of this.messages) {
      const isIn = seq >= Math.max(from, oldest) && seq <= to;
      if (isIn && !message.isChanged && message.word === asked)
        assert.ok(shown.has(seq), `${seq} is missing`);
    }
  }

  #pick(of: number): [number, Expected] | undefined {
    const oldest = this.#oldest;
    const kept = [...this.messages].filter(([seq]) => seq >= oldest);
    return kept[of % Math.max(1, kept.length)];
  }

  get #oldest(): number {
    const rows = this.#world.room("room").database.tables.log ?? [];
    const [{ first } = { first: 1 }] = rows as { first: number }[];
    return first;
  }

  #send(who: "alice" | "bob", frame: ClientFrame): number {
    const peer = this.#peers[who];
    peer.take();
    peer.send(frame);
    const [ack] = peer.all("ack");
    if (ack === undefined || !("seq" in ack) || ack.seq === undefined)
      throw new Error(JSON.stringify([frame, peer.inbox]).slice(0, 500));
    return ack.seq;
  }
}

test("each answer to a search has the messages with its words, whatever happens meanwhile", () => {
  const scene = fc.record({
    history: fc.constantFrom(90, 10_000),
    steps: fc.array(step, { minLength: 10, maxLength: 40, size: "max" }),
  });
  let [answers, stepped] = [0, 0];
  fc.assert(
    fc.property(scene, ({ history, steps }) => {
      const played = new Scene(history);
      for (const one of steps) played.run(one);
      played.finish();
      answers += played.answers;
      stepped += played.stepped;
    }),
    { numRuns: 15 },
  );
  // The scenes do what they are for.
  expect(answers).toBeGreaterThan(20);
  expect(stepped).toBeGreaterThan(5);
});
