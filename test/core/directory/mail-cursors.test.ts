// Mail cursor tests: the directory stores how far mail was received, soon and with few rows.
import { describe, expect, test } from "vitest";
import { join, joinAll, sendPrivateToBob } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("the cursor of received mail", () => {
  function beginReceived() {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    sendPrivateToBob(world, alice, "first");
    world.pass(1000);
    return { world, alice, bob, directory: world.directory("bob") };
  }

  test("a user's cursor is stored a moment later, once for all mail until then", () => {
    const { world, alice, directory } = beginReceived();
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

  test("a user does not get received mail again after a crash", () => {
    const { world, alice, bob, directory } = beginReceived();
    sendPrivateToBob(world, alice, "psst");
    world.pass(world.settings.FLUSH_CEILING_MS);
    bob.close();
    world.crash(directory);
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });
});
