// Reports model: random users report, moderators close, over sleeps and crashes, against the oracle; nobody else learns of it, and webhooks get all.
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerFrame } from "../../../../src/protocol/client-frames.ts";
import type { Peer } from "../../support/peer.ts";
import { join, userOf } from "../../support/people.ts";
import { URL_ONE } from "../../support/webhook-world.ts";
import { World } from "../../support/world.ts";
import { ReportOracle, USERS, type User } from "./report-oracle.ts";

type Step =
  | { readonly do: "say" | "join" | "leave" | "mute" | "unmute"; who: User }
  | {
      readonly do: "report";
      readonly who: User;
      readonly of: number;
      readonly id: number | null;
    }
  | {
      readonly do: "close";
      readonly who: User;
      readonly report: number;
      readonly outcome: string;
    }
  | { readonly do: "delete"; of: number }
  | { readonly do: "sleep" | "crash" | "op" | "deop" | "fail" }
  | { readonly do: "pass"; ms: number };

const who = fc.constantFrom(...USERS);
const place = fc.nat(9);
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("say" as const), who }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        ...{ do: fc.constant("report" as const), who, of: place },
        id: fc.option(fc.nat(6)),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        ...{ do: fc.constant("close" as const), who },
        report: fc.integer({ min: 1, max: 8 }),
        outcome: fc.constantFrom("resolved", "dismissed"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("delete" as const), of: place }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom(...(["join", "leave", "mute", "unmute"] as const)),
        who,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom(
          ...(["sleep", "crash", "op", "deop", "fail"] as const),
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        ms: fc.constantFrom(1000, 300_000, 600_000),
      }),
    },
  ),
  { minLength: 5, maxLength: 60, size: "max" },
);

class Scene {
  readonly oracle = new ReportOracle();
  readonly #world = new World({
    ...{ RATE_PER_SECOND: 0, FLUSH_CEILING_MS: 0, WEBHOOK_URL: [URL_ONE] },
  });
  readonly #sessions = new Map<User, Peer>();
  readonly #seqs: number[] = [];
  /** The reports that the webhook has got, by their numbers. */
  readonly #delivered: number[] = [];
  #isFailing = false;

  constructor() {
    const world = this.#world;
    world.webhooks.set(URL_ONE, {
      ask: (ops, onReplies) =>
        onReplies(
          ops.map((op) => {
            if (op.type !== "events" || this.#isFailing)
              return { type: "refused", code: "unavailable" };
            if (op.reportsAt !== undefined)
              for (const line of op.lines)
                this.#delivered.push(JSON.parse(line).report);
            return { type: "done" };
          }),
        ),
    });
    for (const name of USERS) {
      const peer = join(world, "hall", name);
      peer.send("/register");
      world.settle();
      peer.close(1000);
    }
    for (const name of USERS) this.#join(name);
    this.#answer("alice", { type: "moderate", action: "role" }, "mia");
    this.oracle.setMia(true);
    for (const by of ["bob", "carol", "mia", "bob", "alice", "carol"] as const)
      this.run({ do: "say", who: by });
  }

  run(step: Step): void {
    const world = this.#world;
    const { oracle } = this;
    switch (step.do) {
      case "say": {
        const text = `said ${this.#seqs.length}`;
        const answer = this.#send(step.who, { type: "message", text });
        if (answer?.type === "ack" && "seq" in answer) {
          this.#seqs.push(answer.seq ?? 0);
          oracle.said(answer.seq ?? 0, step.who);
        }
        break;
      }
      case "report":
        this.#report(step.who, this.#seqs[step.of] ?? 10_000, step.id);
        break;
      case "close":
        this.#close(step.who, step.report, step.outcome);
        break;
      case "delete": {
        const of = this.#seqs[step.of];
        if (of === undefined || !this.#sessions.has("alice")) break;
        this.#send("alice", { type: "delete", of });
        oracle.deleted(of);
        break;
      }
      case "join":
        this.#join(step.who);
        break;
      case "leave":
        this.#sessions.get(step.who)?.close(1000);
        this.#sessions.delete(step.who);
        break;
      case "mute":
      case "unmute": {
        const act = { type: "moderate", action: step.do };
        const answer = this.#answer("alice", act, step.who);
        if (answer?.type === "ack")
          oracle.setMuted(step.who, step.do === "mute");
        break;
      }
      case "op":
      case "deop": {
        const act = { type: "moderate", action: "role" };
        const role = step.do === "op" ? "moderator" : "none";
        const answer = this.#answer("alice", act, "mia", role);
        if (answer?.type === "ack") oracle.setMia(step.do === "op");
        break;
      }
      case "sleep":
        world.hibernate(world.room("lobby"));
        break;
      case "crash":
        world.crash(world.room("lobby"));
        this.#sessions.clear();
        break;
      case "fail":
        this.#isFailing = !this.#isFailing;
        break;
      case "pass":
        world.pass(step.ms);
        break;
      default:
        step satisfies never;
    }
    world.settle();
  }

  /** Moderators see what they may, the rest sees nothing, and the webhook has all. */
  expectEnd(): void {
    const world = this.#world;
    for (const user of USERS) {
      const phone = join(world, "lobby", user, { history: 200 });
      const { reports } = phone.last("welcome");
      const mayRead = this.oracle.isModerator(user);
      const open = this.oracle.openFor(user);
      assert.equal(reports ?? 0, mayRead ? open : 0, `welcome of ${user}`);
      phone.take();
      phone.send({ type: "reports", limit: 30 });
      if (!mayRead) {
        assert.equal(phone.last("error").code, "forbidden");
        assert.ok(!phone.frames.some((frame) => frame.includes("reported")));
        continue;
      }
      const page = phone.last("reports");
      const seen = this.oracle.seenBy(user).slice(0, 30);
      assert.deepEqual(
        page.reports.map((one) => [
          ...[one.report, one.of, one.user, one.target.user, one.at],
          one.outcome ?? null,
        ]),
        seen.map((one) => [
          ...[one.number, one.of, userOf(one.by), userOf(one.target), one.at],
          one.outcome,
        ]),
      );
      assert.equal(page.open, open);
    }
    this.#isFailing = false;
    world.pass(86_400_000);
    const numbers = this.oracle.reports.map(({ number }) => number);
    assert.deepEqual([...new Set(this.#delivered)], numbers, "at least once");
  }

  #send(user: User, frame: object): ServerFrame | undefined {
    const peer = this.#sessions.get(user);
    for (const one of this.#sessions.values()) one.take();
    if (peer === undefined) return undefined;
    peer.send(JSON.stringify(frame));
    this.#world.settle();
    return peer.inbox.find(({ type }) => type === "ack" || type === "error");
  }

  #answer(by: User, act: object, username: User, role = "moderator") {
    return this.#send(by, {
      ...{ ...act, username },
      ...("action" in act && act.action === "role" && { role }),
    });
  }

  #report(user: User, of: number, key: number | null): void {
    const id = key === null ? null : `r${key}`;
    const frame = { type: "report", of, ...(id !== null && { id }) };
    const answer = this.#send(user, frame);
    if (answer === undefined) return;
    const expected = this.oracle.report(user, of, id, this.#world.now);
    if ("code" in expected) {
      assert.equal(answer.type === "error" && answer.code, expected.code);
      this.#expectTold("reported", null, user);
      return;
    }
    const { at, isNew } = expected;
    assert.deepEqual(answer, {
      ...{ type: "ack", ...(id !== null && { id }), of: expected.of, at },
      ...(!isNew && { duplicate: true }),
    });
    const newest = this.oracle.reports.at(-1);
    this.#expectTold("reported", isNew ? (newest?.target ?? null) : null, null);
  }

  #close(user: User, report: number, outcome: string): void {
    const frame = { type: "close_report", report, outcome };
    const answer = this.#send(user, frame);
    if (answer === undefined) return;
    const expected = this.oracle.close(user, report, outcome);
    const got =
      answer.type === "error"
        ? answer.code
        : "duplicate" in answer && answer.duplicate
          ? "duplicate"
          : "ack";
    assert.equal(got, expected);
    const one = this.oracle.reports.find(({ number }) => number === report);
    const target = expected === "ack" ? (one?.target ?? null) : null;
    this.#expectTold("report_closed", target, user);
  }

  /**
   * Each moderator here is told once, but for the one whom it is about.
   *
   * @param target null: nobody is told
   * @param except gets the ack instead
   */
  #expectTold(
    type: "reported" | "report_closed",
    target: User | null,
    except: User | null,
  ): void {
    for (const [user, peer] of this.#sessions) {
      const isTold =
        target !== null &&
        user !== target &&
        user !== except &&
        this.oracle.isModerator(user);
      assert.equal(peer.all(type).length, isTold ? 1 : 0, `${type} to ${user}`);
    }
  }

  #join(user: User): void {
    if (this.#sessions.has(user)) return;
    this.#sessions.set(user, join(this.#world, "lobby", user));
  }
}

test("moderators alone hear of reports, each is there once, and webhooks get all in order", () => {
  let [reports, closed] = [0, 0];
  fc.assert(
    fc.property(steps, (scene) => {
      const played = new Scene();
      for (const step of scene) played.run(step);
      played.expectEnd();
      const all = played.oracle.reports;
      reports += all.length;
      closed += all.filter(({ outcome }) => outcome !== null).length;
    }),
    { numRuns: Number(process.env.REPORT_RUNS ?? 100) },
  );
  // The scenes do what they are for.
  expect(reports).toBeGreaterThan(100);
  expect(closed).toBeGreaterThan(10);
});
