// Moderation model: random moderators, speakers and newcomers, over sleep, crashes and a clock that goes back, against the oracle.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import type { ServerFrame } from "../../../../src/protocol/client-frames.ts";
import type { Peer } from "../../support/peer.ts";
import { join, startJoin } from "../../support/people.ts";
import { World } from "../../support/world.ts";
import { type ClockStep, runClockStep } from "./clock-step.ts";
import {
  type Act,
  ModerationOracle,
  PEOPLE,
  type Person,
} from "./moderation-oracle.ts";

type Step =
  | ({ readonly do: "act" } & Act)
  | { readonly do: "say" | "join" | "leave"; readonly who: Person }
  | { readonly do: "sleep" | "crash" | "bot" }
  /** The time passes to the next end of a ban or mute, or to just before it. */
  | ClockStep;

const who = fc.constantFrom(...PEOPLE);
const ms = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.constantFrom(59_999, 60_000, 10_000, 1),
);
const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant("act" as const),
        by: fc.constantFrom(...(["alice", "mia", "mia", "bob"] as const)),
        action: fc.constantFrom(
          ...(["kick", "ban", "ban", "unban", "mute", "mute"] as const),
          ...(["unmute", "role", "lock", "unlock", "purge"] as const),
        ),
        on: fc.constantFrom(...PEOPLE, ...(["bob", "carol"] as const)),
        seconds: fc.constantFrom(null, 1, 10, 60, 3600),
        role: fc.constantFrom("moderator" as const, "none" as const),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom("say" as const, "join" as const, "leave" as const),
        who,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom(...(["sleep", "crash", "bot"] as const)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("edge" as const),
        isBefore: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("pass" as const, "back" as const),
        ms,
      }),
    },
  ),
  { minLength: 5, maxLength: 80, size: "max" },
);

class Scene {
  readonly #world = new World({
    RATE_PER_SECOND: 0,
    FLUSH_CEILING_MS: 0,
  });
  readonly #oracle = new ModerationOracle();
  readonly #sessions = new Map<Person, Peer>();
  #texts = 0;

  constructor() {
    const world = this.#world;
    for (const name of PEOPLE) {
      const peer = join(world, "hall", name);
      peer.send("/register");
      world.settle();
      peer.close(1000);
    }
    for (const name of PEOPLE) this.#join(name);
    // Most scenes would else have no second moderator.
    const op = { by: "alice", action: "role", on: "mia" } as const;
    this.#act({ ...op, seconds: null, role: "moderator" });
  }

  run(step: Step): void {
    const world = this.#world;
    switch (step.do) {
      case "act":
        this.#act(step);
        break;
      case "say":
        this.#say(step.who);
        break;
      case "join":
        this.#join(step.who);
        break;
      case "leave":
        this.#leave(step.who);
        break;
      case "sleep":
        // It becomes idle first, which takes its time.
        world.hibernate(world.room("lobby"));
        break;
      case "crash":
        world.crash(world.room("lobby"));
        this.#sessions.clear();
        break;
      case "bot":
        world.askRoom("lobby", {
          ...{ type: "publish", identity: "b".repeat(43) },
          ...{ username: "bot:b", text: "rain" },
        });
        this.#oracle.stored(world.now);
        break;
      case "edge":
      case "pass":
      case "back":
        runClockStep(world, step, this.#oracle.nextEnd(world.now));
        break;
      default:
        step satisfies never;
    }
    world.settle();
    this.#oracle.passed(world.now);
    this.#checkSessions();
  }

  get #now(): number {
    return this.#world.now;
  }

  #answerTo(peer: Peer, frame: object): ServerFrame | undefined {
    peer.take();
    peer.send(JSON.stringify(frame));
    this.#world.settle();
    return peer.inbox.find(({ type }) => type === "ack" || type === "error");
  }

  #act(act: Act): void {
    const { by, action, on, seconds, role } = act;
    const peer = this.#sessions.get(by);
    if (peer === undefined) return;
    const isOnRoom = action === "lock" || action === "unlock";
    const isHere = this.#sessions.has(on);
    const expected = this.#oracle.expect(act, isHere, this.#now);
    const answer = this.#answerTo(peer, {
      ...{ type: "moderate", action },
      ...(!isOnRoom && { username: on }),
      ...((action === "ban" || action === "mute") &&
        seconds !== null && { for: seconds }),
      ...(action === "purge" && { for: seconds ?? 86_400 }),
      ...(action === "role" && { role }),
    });
    const got = answer?.type === "error" ? answer.code : answer?.type;
    assert.ok(
      expected.some((one) => one === got),
      `${by} ${action} ${on}: ${got} instead of ${expected}`,
    );
    if (got !== "ack") return;
    const { until = Infinity } = peer.last("moderated");
    const length = action === "kick" ? 60 : (seconds ?? 0);
    if (until < Infinity)
      assert.ok(until >= this.#now + length * 1000, "no end is too early");
    this.#oracle.stored(this.#now);
    const past = { ...act, seconds: seconds ?? 86_400 };
    this.#oracle.apply(action === "purge" ? past : act, until, this.#now);
    if (action === "purge") this.#checkTexts(peer);
    if (action === "kick" || action === "ban") {
      const closed = this.#sessions.get(on)?.closed;
      if (isHere) assert.equal(closed, action === "ban" ? "banned" : "kicked");
      this.#sessions.delete(on);
    }
  }

  #say(person: Person): void {
    const peer = this.#sessions.get(person);
    if (peer === undefined) return;
    const text = `text ${++this.#texts}`;
    const may = this.#oracle.maySpeak(person, this.#now);
    const answer = this.#answerTo(peer, { type: "message", text });
    if (answer?.type === "error") {
      assert.equal(answer.code, "muted");
      assert.notEqual(may, "yes", `${person} is not muted`);
      return;
    }
    assert.equal(answer?.type, "ack");
    assert.notEqual(may, "no", `${person} is muted`);
    this.#oracle.stored(this.#now);
    this.#oracle.wrote(person, text, this.#now);
  }

  #join(person: Person): void {
    if (this.#sessions.has(person)) return;
    const world = this.#world;
    const banned = this.#oracle.holds("ban", person, this.#now);
    const peer = startJoin(world, "lobby", person);
    world.settle();
    const [answer] = peer.inbox;
    if (answer?.type === "error") {
      assert.equal(answer.code, "banned");
      assert.notEqual(banned, "no", `${person} is not banned`);
      return;
    }
    assert.equal(answer?.type, "welcome");
    assert.notEqual(banned, "yes", `${person} is banned`);
    this.#sessions.set(person, peer);
    const role = ["none", "moderator", "owner"][this.#oracle.rankOf(person)];
    assert.equal(peer.last("welcome").role ?? "none", role);
  }

  #leave(person: Person): void {
    const peer = this.#sessions.get(person);
    peer?.send("/leave");
    peer?.close(1000);
    this.#sessions.delete(person);
  }

  /** A reader finds all that was said and not deleted, and no table more than that. */
  #checkTexts(reader: Peer): void {
    reader.send({ type: "history", limit: 200 });
    const { messages } = reader.last("history");
    const texts = messages.flatMap((event) =>
      event.type === "message" && event.bot === undefined ? event.text : [],
    );
    assert.deepEqual(texts, this.#oracle.texts);
    const { log } = this.#world.room("lobby").database.tables;
    const stored = JSON.stringify(log);
    const left = [...stored.matchAll(/text \d+/g)].map(([text]) => text);
    assert.deepEqual(left, this.#oracle.texts);
  }

  /** Whoever is here is not banned, and nobody else was closed. */
  #checkSessions(): void {
    for (const [person, peer] of this.#sessions)
      assert.equal(peer.closed, null, `${person} is here`);
  }
}

test("users may do what the rules say, whatever sleeps, crashes and clocks do", () => {
  fc.assert(
    fc.property(steps, (scene) => {
      const played = new Scene();
      for (const step of scene) played.run(step);
    }),
    { numRuns: Number(process.env.MODERATION_RUNS ?? 200) },
  );
});
