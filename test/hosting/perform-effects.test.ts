// Perform effects: what one event led to is carried out in the order that the promises depend on.
import { expect, test } from "vitest";
import { type Effects, noEffects } from "../../src/core/shared/contract.ts";
import {
  type EffectTarget,
  performEffects,
} from "../../src/hosting/perform-effects.ts";
import * as LIMITS from "../../src/protocol/limits.ts";

/** Writes down what a host is told to do, in order. */
function recorder(unreadBytes = 0) {
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const target: EffectTarget = {
    log: note("log"),
    attach: note("attach"),
    send: (_, frames) => {
      done.push(`send ${frames.join()}`);
      return unreadBytes;
    },
    close: note("close"),
    reply: note("reply"),
    call: note("call"),
    setAlarm: (at) => void done.push(`alarm ${at}`),
    setTimer: (at) => void done.push(`timer ${at}`),
    deleteStorage: note("delete"),
    restart: note("restart"),
    slow: note("slow"),
  };
  return { done, target };
}

const conn = {};

function everything(): Effects {
  return {
    ...noEffects(),
    send: [{ to: [conn], frames: ["a", "b"] }],
    attachments: [{ conn, attachment: [] }],
    close: [{ conn, as: "goingAway" }],
    calls: [{ id: 1, to: { kind: "room", name: "lobby" }, ops: [] }],
    replies: [{ ask: {}, replies: [] }],
    logs: [{ event: "closed" }],
    timer: 5,
    alarm: 7,
    ...{ deleteStorage: true, restart: true },
  };
}

test("a frame is sent after the attachment that remembers it, and before the close", () => {
  const { done, target } = recorder();
  performEffects(everything(), target);
  expect(done).toEqual([
    ...["log", "attach", "send a,b", "close", "reply", "call"],
    ...["alarm 7", "timer 5", "delete", "restart"],
  ]);
});

test("an event that led to nothing sets no alarm and takes the timer away", () => {
  const { done, target } = recorder();
  performEffects(noEffects(), target);
  expect(done).toEqual(["timer null"]);
});

test("a reader who is too far behind is reported after everybody else was served", () => {
  const { done, target } = recorder(LIMITS.unreadBytesMax + 1);
  performEffects(everything(), target);
  expect(done.at(-1)).toBe("slow");
  expect(done.filter((name) => name === "slow")).toHaveLength(1);
});

test("a reader who is just within the bound is not reported", () => {
  const { done, target } = recorder(LIMITS.unreadBytesMax);
  performEffects(everything(), target);
  expect(done).not.toContain("slow");
});
