// Imported times tests: the times of imported events are not those of the room: bans, slow mode and deletions go by its own.
import { describe, expect, test } from "vitest";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import { join, startJoin, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const MINUTE = 60_000;

/** @returns the answer to a join: the welcome, or the error */
function tryJoin(world: World, username: string, as = username) {
  const peer = startJoin(world, "lobby", username, { as });
  world.settle();
  return peer.inbox[0];
}

describe("an imported log with times that are still to come", () => {
  const FUTURE = 200 * 365 * 24 * 60 * MINUTE;

  /** Imports a log of another server, with or without the name of its epoch. */
  function importFuture(world: World, epoch?: string): void {
    const event = {
      ...{ type: "message", seq: 1, room: "lobby", user: userOf("bob") },
      ...{ username: "bob", text: "from the future", at: world.now + FUTURE },
    };
    const named = epoch === undefined ? {} : { epoch };
    for (const step of [
      { kind: "begin", first: 1, lines: [JSON.stringify(event)] },
      { kind: "end" },
    ] as const)
      world.askRoom("lobby", { type: "import-log", id: "i", ...named, step });
  }

  test.for(["another epoch", undefined])(
    "ends no ban, prolongs none, and makes nobody wait (%s)",
    (epoch) => {
      const { world, mod } = moderatedRoom();
      mod.send("/ban bob 1h");
      const until = world.now + 60 * MINUTE;
      importFuture(world, epoch);
      world.hibernate(world.room("lobby"));
      expect(tryJoin(world, "bob")).toMatchObject({ code: "banned", until });
      mod.send("/ban carol 1h");
      expect(mod.last("moderated").until).toBe(world.now + 60 * MINUTE);
      mod.send("/slow 60");
      world.crash(world.room("lobby"));
      expect(tryJoin(world, "bob")).toMatchObject({ code: "banned", until });
      world.pass(until - world.now);
      const bob = join(world, "lobby", "bob");
      bob.send("hello");
      expect(errorsOf(bob)).toEqual([]);
      bob.send("/edit hello again");
      expect(errorsOf(bob)).toEqual(["rate_limited"]);
    },
  );

  test("leaves what was deleted before as it is", () => {
    const { world, mod, bob } = moderatedRoom();
    bob.send("buy this");
    importFuture(world);
    mod.send("/delete #1");
    const { epoch } = join(world, "lobby", "dora").last("welcome");
    importFuture(world, epoch);
    const page = world.askRoom("lobby", { type: "messages" });
    expect(JSON.stringify(page)).not.toContain("from the future");
  });
});
