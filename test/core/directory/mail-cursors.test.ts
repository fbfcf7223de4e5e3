// How far a mail was had: written down soon, and seldom.
import { describe, expect, test } from "vitest";
import { join, joinAll, sendPrivateToBob } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("that bob has had his mail is written down", () => {
  function beginHad() {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    sendPrivateToBob(world, alice, "first");
    world.pass(1000);
    return { world, alice, bob, directory: world.directory("bob") };
  }

  test("a moment later, once for all that came until then", () => {
    const { world, alice, directory } = beginHad();
    const before = directory.database.written;
    for (const text of ["one", "two", "three"])
      sendPrivateToBob(world, alice, text);
    const mails = directory.database.written - before;
    expect(mails).toBe(3);
    expect(directory.timer).not.toBeNull();
    world.pass(1000);
    expect(directory.database.written - before - mails).toBe(1);
    expect(directory.timer).toBeNull();
  });

  test("so that nothing he had comes again after a crash", () => {
    const { world, alice, bob, directory } = beginHad();
    sendPrivateToBob(world, alice, "psst");
    world.pass(world.settings.FLUSH_CEILING_MS);
    bob.close();
    world.crash(directory);
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });
});
