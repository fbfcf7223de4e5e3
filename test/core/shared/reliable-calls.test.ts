// Reliable calls tests: a lost call is made again after a growing delay, or by its safety alarm, until it succeeds or is given up.
import { describe, expect, test } from "vitest";
import { Calls } from "../../../src/core/shared/calls.ts";
import type { Call } from "../../../src/core/shared/contract.ts";
import {
  ReliableCall,
  ReliableCalls,
  type RetryPolicy,
} from "../../../src/core/shared/reliable-calls.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { Schedule } from "../../../src/core/shared/schedule.ts";

const done: Reply = { type: "done" };
const refused: Reply = { type: "refused", code: "unavailable" };

/** A call with the numbers of its ops; it takes those that are there. */
class Numbers extends ReliableCall {
  readonly numbers: number[];

  constructor(numbers: number[], key: string | null = null) {
    super({ kind: "directory", name: "bob" }, key);
    this.numbers = numbers;
  }
}

function had(mail: number): Op {
  return { type: "had", identity: "x", mail };
}

function begin(policy: Partial<RetryPolicy> = {}) {
  const calls = new Calls();
  const schedule = new Schedule(["retries"]);
  const heard: string[] = [];
  const reliable = new ReliableCalls<Numbers>({
    ...{ calls, schedule, name: "retries", clock: "timer" },
    policy: {
      ...{ attemptsMax: Number.POSITIVE_INFINITY, retryDelayMs: 1000 },
      ...{ retryDelayMaxMs: 8000, safetyMs: null },
      ...policy,
    },
    handler: {
      begin: ({ numbers }) => numbers.length,
      op: ({ numbers }, i) => had(numbers[i] ?? 0),
      isSuccess: ({ type }) => type === "done",
      needsSafety: ({ numbers }) => numbers.every((number) => number > 0),
      failed(call) {
        heard.push(`${call.numbers.join()} failed`);
        call.numbers.splice(0, call.succeededOps);
      },
      done: ({ numbers }, reply) =>
        heard.push(`${numbers.join()} ${reply?.type ?? "given up"}`),
    },
  });
  /** The only call that leaves now. */
  const take = (): Call => {
    const [call, ...more] = calls.take();
    if (call === undefined) throw new Error("No call leaves.");
    expect(more).toEqual([]);
    return call;
  };
  const answer = (replies: readonly Reply[] | null, now: number) =>
    calls.answered(take().id, replies, now);
  const dueAt = () => schedule.next("timer");
  return { calls, schedule, reliable, heard, take, answer, dueAt };
}

describe("a call", () => {
  test("a call that is answered is over", () => {
    const { reliable, heard, answer, dueAt } = begin();
    reliable.send(new Numbers([1]), 0);
    answer([done], 5);
    expect(heard).toEqual(["1 done"]);
    expect(dueAt()).toBeNull();
  });

  test.each([
    ["fails", null],
    ["is answered by a refusal", [refused]],
  ])("a call that %s is made again after a while", (_, replies) => {
    const { schedule, reliable, heard, take, answer, dueAt } = begin();
    reliable.send(new Numbers([1]), 0);
    answer(replies, 5);
    expect(dueAt()).toBe(1005);
    schedule.run(1004);
    expect(take).toThrow("No call leaves.");
    schedule.run(1005);
    answer([done], 1006);
    expect(heard).toEqual(["1 failed", "1 done"]);
    expect(dueAt()).toBeNull();
  });

  test("a call waits twice as long after each failure, up to the longest delay", () => {
    const { schedule, reliable, answer, dueAt } = begin();
    reliable.send(new Numbers([1]), 0);
    const delays: number[] = [];
    let now = 0;
    for (let i = 0; i < 6; i++) {
      answer(null, now);
      delays.push((dueAt() ?? 0) - now);
      now = dueAt() ?? 0;
      schedule.run(now);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
  });

  test("a call begins with the first delay again once it has succeeded", () => {
    const { schedule, reliable, answer, dueAt } = begin();
    const call = new Numbers([1]);
    reliable.send(call, 0);
    answer(null, 0);
    schedule.run(1000);
    answer([done], 1000);
    reliable.send(call, 2000);
    answer(null, 2000);
    expect(dueAt()).toBe(3000);
  });

  test("a call is given up after as many attempts as it may have", () => {
    const { schedule, reliable, heard, answer, dueAt } = begin({
      attemptsMax: 2,
    });
    reliable.send(new Numbers([1]), 0);
    answer(null, 0);
    schedule.run(1000);
    answer(null, 1000);
    expect(heard).toEqual(["1 failed", "1 given up"]);
    expect(dueAt()).toBeNull();
  });

  test("a call that failed does not wait as long as the clock is set back", () => {
    const { schedule, reliable, answer, heard } = begin();
    reliable.send(new Numbers([1]), 1_000_000);
    answer(null, 1_000_000);
    schedule.run(500_000);
    answer([done], 500_000);
    expect(heard).toEqual(["1 failed", "1 done"]);
  });

  test("a call asks for its op when it leaves", () => {
    const { reliable, take } = begin();
    const call = new Numbers([1]);
    reliable.send(call, 0);
    call.numbers[0] = 7;
    expect(take().ops).toEqual([had(7)]);
  });

  test("a call that has nothing left to ask when it is due is made no more", () => {
    const { schedule, reliable, take, answer, dueAt } = begin();
    const call = new Numbers([1]);
    reliable.send(call, 0);
    answer(null, 0);
    call.numbers.length = 0;
    schedule.run(1000);
    expect(take).toThrow("No call leaves.");
    expect(dueAt()).toBeNull();
    expect(call.isPending).toBe(false);
  });
});

describe("the safety alarm", () => {
  const policy = { safetyMs: 30_000 };

  test("the safety alarm is due for as long as a call is in flight", () => {
    const { schedule, reliable, heard, take, dueAt, calls } = begin(policy);
    reliable.send(new Numbers([1]), 0);
    const { id } = take();
    expect(dueAt()).toBe(30_000);
    schedule.run(30_000);
    expect(take).toThrow("No call leaves.");
    expect(dueAt()).toBe(60_000);
    calls.answered(id, [done], 61_000);
    expect(dueAt()).toBeNull();
    expect(heard).toEqual(["1 done"]);
  });

  test("the safety alarm gives way to the retry when the call has failed", () => {
    const { reliable, answer, dueAt } = begin(policy);
    reliable.send(new Numbers([1]), 0);
    answer(null, 5);
    expect(dueAt()).toBe(1005);
  });

  test("the safety alarm is not set for an attempt that needs none", () => {
    const { reliable, dueAt } = begin(policy);
    reliable.send(new Numbers([-1]), 0);
    expect(dueAt()).toBeNull();
  });

  test("the safety alarm is the only retry where the policy has no delay", () => {
    const { schedule, reliable, answer, dueAt, heard } = begin({
      ...{ safetyMs: 30_000, retryDelayMs: null, retryDelayMaxMs: 0 },
    });
    reliable.send(new Numbers([1]), 0);
    answer(null, 5);
    expect(dueAt()).toBe(30_000);
    schedule.run(30_000);
    expect(dueAt()).toBe(60_000);
    answer([done], 30_005);
    expect(dueAt()).toBeNull();
    expect(heard).toEqual(["1 failed", "1 done"]);
  });

  test("the safety alarm makes a call that is held", () => {
    const { schedule, reliable, answer, heard, take, dueAt } = begin(policy);
    const call = new Numbers([1]);
    reliable.hold(call, 0);
    expect(take).toThrow("No call leaves.");
    expect(dueAt()).toBe(30_000);
    reliable.hold(call, 20_000);
    expect(dueAt()).toBe(30_000);
    schedule.run(30_000);
    answer([done], 30_000);
    expect(heard).toEqual(["1 done"]);
  });

  test("the safety alarm is due for the earliest of all calls", () => {
    const { reliable, dueAt, calls, take } = begin(policy);
    reliable.send(new Numbers([1]), 0);
    reliable.send(new Numbers([2]), 10);
    const { id } = take();
    expect(dueAt()).toBe(30_000);
    calls.answered(id, [done, done], 20);
    expect(dueAt()).toBeNull();
  });

  test("the safety alarm moves on to the next call when the earliest is answered", () => {
    const { reliable, dueAt, calls, take } = begin(policy);
    reliable.send(new Numbers([1]), 0);
    const { id } = take();
    reliable.send(new Numbers([2]), 10);
    calls.answered(id, [done], 20);
    expect(dueAt()).toBe(30_010);
  });
});

describe("a newer call with the same key", () => {
  test("a newer call with the same key replaces one that waits to be made again", () => {
    const { schedule, reliable, heard, take, answer } = begin();
    reliable.send(new Numbers([1], "name"), 0);
    answer(null, 0);
    reliable.send(new Numbers([2], "name"), 10);
    answer([done], 20);
    schedule.run(60_000);
    expect(take).toThrow("No call leaves.");
    expect(heard).toEqual(["1 failed", "2 done"]);
  });

  test("a newer call with the same key leaves one in flight to its answer, and nothing repeats that", () => {
    const { calls, schedule, reliable, heard, take, answer } = begin();
    reliable.send(new Numbers([1], "name"), 0);
    const { id } = take();
    reliable.send(new Numbers([2], "name"), 10);
    calls.answered(id, null, 20);
    answer([done], 30);
    schedule.run(60_000);
    expect(take).toThrow("No call leaves.");
    expect(heard).toEqual(["1 given up", "2 done"]);
  });

  test("calls with other keys, or without one, do not replace each other", () => {
    const { reliable, heard, answer } = begin();
    for (const key of ["one", "other", null, null])
      reliable.send(new Numbers([1], key), 0);
    answer([done, done, done, done], 5);
    expect(heard).toEqual(["1 done", "1 done", "1 done", "1 done"]);
  });
});

describe("a call of several ops", () => {
  test("a call of several ops is over when all have succeeded", () => {
    const { reliable, heard, answer } = begin();
    reliable.send(new Numbers([1, 2, 3]), 0);
    answer([done, done, done], 5);
    expect(heard).toEqual(["1,2,3 done"]);
  });

  test.each([
    ["the first failed", [refused, done, done], [1, 2, 3]],
    ["one in the middle failed", [done, refused, done], [2, 3]],
    ["the last failed", [done, done, refused], [3]],
    ["all failed", null, [1, 2, 3]],
  ])(
    "a call of several ops where %s goes on behind those that succeeded",
    (_, replies, left) => {
      const { schedule, reliable, take, answer } = begin();
      reliable.send(new Numbers([1, 2, 3]), 0);
      answer(replies, 0);
      schedule.run(1000);
      expect(take().ops).toEqual(left.map(had));
    },
  );
});

test("calls that are cleared are not repeated, and hear their answers", () => {
  const { calls, schedule, reliable, heard, take, answer, dueAt } = begin();
  reliable.send(new Numbers([1], "one"), 0);
  answer(null, 0);
  reliable.send(new Numbers([2], "other"), 0);
  const { id } = take();
  reliable.clear();
  expect(dueAt()).toBeNull();
  calls.answered(id, null, 5);
  schedule.run(60_000);
  expect(take).toThrow("No call leaves.");
  expect(heard).toEqual(["1 failed", "2 given up"]);
});

test("calls that are closed are not repeated, though they fail", () => {
  const { schedule, reliable, heard, take, answer, dueAt } = begin();
  reliable.send(new Numbers([1]), 0);
  reliable.close();
  answer(null, 5);
  expect(dueAt()).toBeNull();
  schedule.run(60_000);
  expect(take).toThrow("No call leaves.");
  expect(heard).toEqual(["1 failed"]);
});

test("a call that is first made after the close is made once", () => {
  const { schedule, reliable, heard, take, answer, dueAt } = begin();
  reliable.close();
  reliable.send(new Numbers([1], "one"), 0);
  answer(null, 5);
  expect(dueAt()).toBeNull();
  schedule.run(60_000);
  expect(take).toThrow("No call leaves.");
  expect(heard).toEqual(["1 failed"]);
});
