// Mention rows tests: the rows that mentions cost a room and a directory are counted, as Cloudflare bills them.
import { expect, test } from "vitest";
import type { ObjectHost } from "../support/object-host.ts";
import { joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Counts the written rows of some tables from now on. */
function counter({ database }: ObjectHost, tables: RegExp): () => number {
  let rows = 0;
  const exec = database.exec.bind(database);
  database.exec = (query, ...values) => {
    if (/^\s*(INSERT|DELETE|UPDATE)/.test(query) && tables.test(query)) rows++;
    return exec(query, ...values);
  };
  return () => rows;
}

function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  joinAll(world, "kitchen", "bob");
  const say = (text: string) => {
    alice.send({ type: "message", text });
    world.settle();
  };
  const room = counter(world.room("lobby"), /mention_cursor/);
  const name = counter(world.directory("bob"), /mention|claim/);
  return { world, say, room, name };
}

test("one mention costs the room two rows beside its alarm, and bob's directory two", () => {
  const { world, say, room, name } = begin();
  say("hello");
  expect(room()).toBe(0);
  say("@bob hi");
  world.pass(120_000);
  expect([room(), name()]).toEqual([2, 2]);
});

test("a minute with a mention a second costs the room four rows at most", () => {
  const { world, say, room } = begin();
  for (let i = 0; i < 60; i++) {
    say(`@bob ${i}`);
    world.pass(1000);
  }
  world.pass(120_000);
  expect(room()).toBeLessThanOrEqual(4);
});
