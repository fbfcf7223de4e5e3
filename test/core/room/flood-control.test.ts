// Floods of what no rate of messages counts: answered as ever, and closed in the end (promise 9).
import { describe, expect, test } from "vitest";
import { arrive, meet } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("who floods with what no rate of messages counts", () => {
  test.each([
    ["frames that mean nothing", '{"type":'],
    ["frames of an unknown type", '{"type":"dance"}'],
    ["pings that wake the room", '{"type": "ping"}'],
    ["calls for help", "/help"],
    ["further joins", "/join alice"],
    ["typing", '{"type":"typing"}'],
    ["word of what has arrived", '{"type":"received","seq":0}'],
  ])("by %s is closed, and gone", (_, frame) => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 0; i < 500 && alice.closed === null; i++) alice.send(frame);
    expect(alice.closed).toBe("flood");
    expect(bob.last("left").username).toBe("alice");
  });

  test.each([
    ["messages", "hello"],
    ["joins", "/join alice extra words"],
  ])("by %s before a join is closed", (_, frame) => {
    const world = new World();
    const nobody = world.open("lobby");
    for (let i = 0; i < 500 && nobody.closed === null; i++) nobody.send(frame);
    expect(nobody.closed).toBe("flood");
  });

  test("while the join waits is closed, and the name is free", () => {
    const world = new World();
    const alice = arrive(world, "lobby", "alice");
    for (let i = 0; i < 500 && alice.closed === null; i++) alice.send("hello");
    expect(alice.closed).toBe("flood");
    world.settle();
    world.pass(60_000);
    world.settle();
    expect(arrive(world, "lobby", "alice", { as: "bob" }).closed).toBeNull();
  });

  test("at rate 0 may go on", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = meet(world, "lobby", "alice");
    for (let i = 0; i < 500; i++) alice.send("/help");
    expect(alice.closed).toBeNull();
    expect(alice.all("help")).toHaveLength(500);
  });

  test("is told of each mistake as ever until then", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    for (let i = 0; i < 100; i++) alice.send("/dance");
    const codes = new Set(alice.all("error").map(({ code }) => code));
    expect([...codes]).toEqual(["bad_request"]);
    expect(alice.closed).toBeNull();
    alice.send("hello");
    expect(alice.all("ack")).toHaveLength(1);
  });
});
