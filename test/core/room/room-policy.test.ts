// Room policy tests: a moderator slows a room down or locks it, and the users hear how long they have to wait.
import { describe, expect, test } from "vitest";
import { ALLOW, AppStub } from "../support/app-stub.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import { join } from "../support/people.ts";
import type { World } from "../support/world.ts";

function fault(world: World, kind: "none" | "sleep" | "crash"): void {
  const lobby = world.room("lobby");
  if (kind === "sleep") world.hibernate(lobby);
  else if (kind === "crash") world.crash(lobby);
}

describe("slow mode", () => {
  test("lets each user speak once in that time, and says how long to wait", () => {
    const { world, owner, mod, bob, carol } = moderatedRoom();
    mod.send("/slow 10");
    expect(bob.last("moderated")).toMatchObject({
      ...{ action: "slow", seconds: 10 },
    });
    bob.send("one");
    carol.send("two");
    world.pass(4000);
    bob.send({ type: "message", text: "three", id: "b" });
    expect(bob.last("error")).toMatchObject({
      ...{ code: "rate_limited", reason: "slow_mode" },
      ...{ id: "b", retryAfter: 6000 },
    });
    world.pass(5999);
    bob.send("three");
    world.pass(1);
    bob.send("three");
    expect(owner.messageTexts).toEqual(["one", "two", "three"]);
    expect(errorsOf(bob)).toEqual(["rate_limited", "rate_limited"]);
  });

  test.for(["none", "sleep", "crash"] as const)(
    "remembers who spoke over a fault: %s",
    (kind) => {
      const { world, mod } = moderatedRoom();
      mod.send("/slow 1h");
      const bob = join(world, "lobby", "bob");
      bob.send("one");
      fault(world, kind);
      const again = join(world, "lobby", "bob");
      again.send("two");
      expect(errorsOf(again)).toEqual(["rate_limited"]);
      const carol = join(world, "lobby", "carol");
      carol.send("three");
      expect(errorsOf(carol)).toEqual([]);
      expect(carol.last("welcome").slow).toBe(3600);
    },
  );

  test("counts what was said before it began", () => {
    const { world, mod, bob } = moderatedRoom();
    bob.send("one");
    world.pass(3000);
    mod.send("/slow 10");
    bob.send("two");
    expect(bob.last("error")).toMatchObject({ retryAfter: 7000 });
  });

  test("slows no moderator, and ends", () => {
    const { mod, owner, bob } = moderatedRoom();
    owner.send("/slow 10");
    for (const text of ["one", "two"]) mod.send(text);
    bob.send("three");
    owner.send("/slow off");
    bob.send("four");
    expect(owner.messageTexts).toEqual(["one", "two", "three", "four"]);
  });

  test("makes nobody wait for a clock that was set back", () => {
    const { world, mod, bob } = moderatedRoom();
    mod.send("/slow 10");
    bob.send("one");
    world.setClockBack(3_600_000);
    bob.send("two");
    expect(errorsOf(bob)).toEqual([]);
  });

  test("reaches the messages that wait for the app", () => {
    let app: AppStub | undefined;
    const { mod, bob, carol } = moderatedRoom({}, (world) => {
      app = new AppStub(world, ["message"]);
      return world.hooks;
    });
    if (app === undefined) throw new Error("There is no app.");
    mod.send("/slow 10");
    app.decide = () => "later";
    for (const text of ["one", "two"]) bob.send(text);
    app.resolve(ALLOW, "one");
    app.resolve(ALLOW, "two");
    expect(carol.messageTexts).toEqual(["one"]);
    expect(errorsOf(bob)).toEqual(["rate_limited"]);
  });
});

describe("a lock", () => {
  test.for(["none", "sleep", "crash"] as const)(
    "lets only moderators speak, over a fault: %s",
    (kind) => {
      const { world, mod } = moderatedRoom();
      mod.send("/lock a moment please");
      fault(world, kind);
      const bob = join(world, "lobby", "bob");
      const mia = join(world, "lobby", "mia");
      expect(bob.last("welcome").locked).toBe(true);
      for (const frame of ["hello", "@mia psst", { type: "typing" } as const])
        bob.send(frame);
      expect(errorsOf(bob)).toEqual(["muted", "muted"]);
      expect(bob.last("error")).toMatchObject({ reason: "room_locked" });
      mia.send("calm down");
      expect(bob.messageTexts).toEqual(["calm down"]);
      mia.send("/unlock");
      bob.send("thank you");
      expect(mia.messageTexts).toEqual(["thank you"]);
      expect(join(world, "lobby", "bob").last("welcome").locked).toBe(
        undefined,
      );
    },
  );

  test("is for moderators alone", () => {
    const { bob, carol } = moderatedRoom();
    for (const line of ["/lock", "/unlock", "/slow 10"]) bob.send(line);
    expect(errorsOf(bob)).toEqual(Array(3).fill("forbidden"));
    expect(carol.all("moderated")).toEqual([]);
  });
});

test("a room without rules stores no table for them", () => {
  const { world } = moderatedRoom();
  expect(world.room("lobby").database.tables).not.toHaveProperty("room_policy");
});
