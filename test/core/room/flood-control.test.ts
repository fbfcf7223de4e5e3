// Flood control tests: a user who floods a room with frames that no message rate counts is disconnected (promise 9).
import { describe, expect, test } from "vitest";
import { joinAll, startJoin } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("floods of frames that no message rate counts", () => {
  test.each([
    ["malformed frames", '{"type":'],
    ["frames of an unknown type", '{"type":"dance"}'],
    ["pings that wake the room", '{"type": "ping"}'],
    ["/help", "/help"],
    ["repeated joins", "/join alice"],
    ["typing", '{"type":"typing"}'],
    ["received frames", '{"type":"received","seq":0}'],
  ])("a user who floods with %s is disconnected", (_, frame) => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 500 && alice.closed === null; i++) alice.send(frame);
    expect(alice.closed).toBe("flood");
    expect(bob.last("left").username).toBe("alice");
  });

  test.each([
    ["messages", "hello"],
    ["bad joins", "/join alice extra words"],
  ])("a user who sends only %s is disconnected", (_, frame) => {
    const world = new World();
    const nobody = world.open("lobby");
    for (let i = 0; i < 500 && nobody.closed === null; i++) nobody.send(frame);
    expect(nobody.closed).toBe("flood");
  });

  test("a user who floods a room during a join is disconnected, and the name is free", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    for (let i = 0; i < 500 && alice.closed === null; i++) alice.send("hello");
    expect(alice.closed).toBe("flood");
    world.settle();
    world.pass(60_000);
    world.settle();
    expect(startJoin(world, "lobby", "alice", { as: "bob" }).closed).toBeNull();
  });

  test("a user can send without limit at rate 0", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 500; i++) alice.send("/help");
    expect(alice.closed).toBeNull();
    expect(alice.all("help")).toHaveLength(500);
  });

  test("a user gets an error for each of 100 mistakes and stays connected", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 100; i++) alice.send("/dance");
    const codes = new Set(alice.all("error").map(({ code }) => code));
    expect([...codes]).toEqual(["bad_request"]);
    expect(alice.closed).toBeNull();
    alice.send("hello");
    expect(alice.all("ack")).toHaveLength(1);
  });
});
