// Calls tests: one call at a time goes to an object, with all ops that wait, in order.
import { describe, expect, test } from "vitest";
import { Calls } from "../../../src/core/shared/calls.ts";
import type { Address } from "../../../src/core/shared/contract.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";

const bob: Address = { kind: "directory", name: "bob" };
const carol: Address = { kind: "directory", name: "carol" };
const done: Reply = { type: "done" };

function had(mail: number): Op {
  return { type: "had", identity: "x", mail };
}

/** Calls, with a list of their replies as "number: reply". */
function begin() {
  const calls = new Calls();
  const heard: string[] = [];
  const add = (to: Address, mail: number) =>
    calls.add(to, had(mail), (reply) =>
      heard.push(`${mail}: ${reply?.type ?? "failed"}`),
    );
  return { calls, heard, add };
}

describe("ops to one object", () => {
  test("ops to one object go in one call in order, and each gets its own reply", () => {
    const { calls, heard, add } = begin();
    for (const mail of [1, 2]) add(bob, mail);
    const [call, ...more] = calls.take();
    expect(more).toEqual([]);
    expect(call).toMatchObject({ to: bob, ops: [had(1), had(2)] });
    const refused: Reply = { type: "refused", code: "unavailable" };
    calls.answered(call?.id ?? 0, [done, refused], 0);
    expect(heard).toEqual(["1: done", "2: refused"]);
  });

  test("ops to one object wait while a call is in flight, and go together after it", () => {
    const { calls, add } = begin();
    add(bob, 1);
    const [first] = calls.take();
    for (const mail of [2, 3]) {
      add(bob, mail);
      expect(calls.take()).toEqual([]);
    }
    calls.answered(first?.id ?? 0, [done], 0);
    expect(calls.take()).toMatchObject([{ ops: [had(2), had(3)] }]);
  });

  test("all ops of a failed call fail, and no other ones", () => {
    const { calls, heard, add } = begin();
    for (const mail of [1, 2]) add(bob, mail);
    const [first] = calls.take();
    add(bob, 3);
    calls.answered(first?.id ?? 0, null, 0);
    expect(heard).toEqual(["1: failed", "2: failed"]);
    expect(calls.take()).toMatchObject([{ ops: [had(3)] }]);
  });

  test("a call has at most 256 ops", () => {
    const { calls, add } = begin();
    for (let mail = 1; mail <= 300; mail++) add(bob, mail);
    const [first] = calls.take();
    expect(first?.ops).toHaveLength(256);
    expect(calls.take()).toEqual([]);
    calls.answered(first?.id ?? 0, null, 0);
    expect(calls.take()[0]?.ops[0]).toEqual(had(257));
  });

  test("a reply may lead to another op to the same object", () => {
    const { calls, heard, add } = begin();
    calls.add(bob, had(1), () => add(bob, 2));
    const [first] = calls.take();
    calls.answered(first?.id ?? 0, [done], 0);
    const [second] = calls.take();
    expect(second?.ops).toEqual([had(2)]);
    calls.answered(second?.id ?? 0, [done], 0);
    expect(heard).toEqual(["2: done"]);
    expect(calls.isIdle).toBe(true);
  });
});

test("calls to different objects do not wait for each other", () => {
  const { calls, heard, add } = begin();
  add(bob, 1);
  add(carol, 2);
  const [toBob, toCarol] = calls.take();
  expect([toBob?.to, toCarol?.to]).toEqual([bob, carol]);
  calls.answered(toCarol?.id ?? 0, [done], 0);
  expect(heard).toEqual(["2: done"]);
});

test("a room and a user with the same name are two objects", () => {
  const { calls, add } = begin();
  add(bob, 1);
  add({ kind: "room", name: "bob" }, 2);
  expect(calls.take()).toHaveLength(2);
});

test("an answer that comes twice, or to an unknown call, is used once", () => {
  const { calls, heard, add } = begin();
  add(bob, 1);
  const [call] = calls.take();
  calls.answered(call?.id ?? 0, [done], 0);
  calls.answered(call?.id ?? 0, null, 0);
  calls.answered(99, [done], 0);
  expect(heard).toEqual(["1: done"]);
});

test("calls are idle when no op is in flight or waits", () => {
  const { calls, add } = begin();
  expect(calls.isIdle).toBe(true);
  add(bob, 1);
  expect(calls.isIdle).toBe(false);
  const [call] = calls.take();
  expect(calls.isIdle).toBe(false);
  calls.answered(call?.id ?? 0, [done], 0);
  expect(calls.isIdle).toBe(true);
});
