// App name tests: an app user gets the name before any guest, and a suffix where another app user's name looks alike.
import { describe, expect, test } from "vitest";
import { suffixedName } from "../../../src/core/room/name-suffix.ts";
import { alice as first, ISSUER, TOKEN } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { identityOf, join, startJoin } from "../support/people.ts";
import { ask, outcome } from "../support/requests.ts";
import { World } from "../support/world.ts";

const OTHER_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.b3RoZXI";

/**
 * A world with tokens of two app users whose names look alike; guests have no
 * prefix.
 */
function worldWithSimilarNames(): World {
  const world = new World({ JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" });
  world.tokens.set(TOKEN, first);
  const second = { ...first, subject: "2", username: "ALICE" };
  world.tokens.set(OTHER_TOKEN, second);
  return world;
}

function joinByToken(world: World, room: string, token: string): Peer {
  const peer = world.open(room);
  peer.send({ type: "join", token });
  world.settle();
  return peer;
}

const nameOf = (peer: Peer) => peer.last("welcome").username;

describe("two app users with similar names", () => {
  test("two app users with similar names both join, and the later one gets a suffix", () => {
    const world = worldWithSimilarNames();
    const one = joinByToken(world, "lobby", TOKEN);
    const two = joinByToken(world, "lobby", OTHER_TOKEN);
    expect(nameOf(one)).toBe("alice");
    expect(nameOf(two)).toMatch(/^ALICE-[a-z2-8]{4}$/);
    expect(two.last("welcome").members).toEqual([nameOf(two), "alice"].sort());
    expect(one.last("joined").username).toBe(nameOf(two));
    expect([one.closed, two.closed]).toEqual([null, null]);
  });

  test("two app users with similar names keep their names in other rooms, after a sleep and after days", () => {
    const world = worldWithSimilarNames();
    const one = joinByToken(world, "lobby", TOKEN);
    const name = nameOf(joinByToken(world, "lobby", OTHER_TOKEN));
    expect(nameOf(joinByToken(world, "kitchen", OTHER_TOKEN))).toBe(name);
    world.hibernate(world.room("kitchen"));
    world.crash(world.room("lobby"));
    world.pass(100 * 24 * 3_600_000);
    expect(one.closed).not.toBeNull();
    expect(nameOf(joinByToken(world, "attic", OTHER_TOKEN))).toBe(name);
    expect(nameOf(joinByToken(world, "attic", TOKEN))).toBe("alice");
  });

  test("two app users with similar names each get the private messages to their own name", () => {
    const world = worldWithSimilarNames();
    const one = joinByToken(world, "lobby", TOKEN);
    const two = joinByToken(world, "kitchen", OTHER_TOKEN);
    const bob = join(world, "attic", "bob");
    bob.send("@alice for the first");
    bob.send(`@${nameOf(two)} for the second`);
    world.settle();
    expect(one.privateTexts).toEqual(["for the first"]);
    expect(two.privateTexts).toEqual(["for the second"]);
  });

  test("of two app users with similar names who join at once, one gets the suffix", () => {
    const world = worldWithSimilarNames();
    const one = world.open("lobby");
    const two = world.open("kitchen");
    one.send({ type: "join", token: TOKEN });
    two.send({ type: "join", token: OTHER_TOKEN });
    world.settle();
    expect([one, two].map(nameOf)).toEqual([
      "alice",
      expect.stringMatching(/^ALICE-/),
    ]);
  });

  test("an app user's frames behind the join wait until the suffix is found", () => {
    const world = worldWithSimilarNames();
    const one = joinByToken(world, "lobby", TOKEN);
    const two = world.open("lobby");
    two.send({ type: "join", token: OTHER_TOKEN });
    two.send("hello");
    world.settle();
    expect(one.messageTexts).toEqual(["hello"]);
    expect(one.last("message").username).toBe(nameOf(two));
  });
});

describe("a name with a suffix", () => {
  test("an app user gets a name with a suffix from the guest who has it", () => {
    const world = worldWithSimilarNames();
    joinByToken(world, "lobby", TOKEN);
    const probe = nameOf(joinByToken(world, "lobby", OTHER_TOKEN));
    const again = worldWithSimilarNames();
    joinByToken(again, "lobby", TOKEN);
    const guest = join(again, "kitchen", probe, { as: "mallory" });
    const two = joinByToken(again, "lobby", OTHER_TOKEN);
    expect(nameOf(two)).toBe(probe.replace("alice", "ALICE"));
    expect(guest.closed).toBe("reclaimed");
  });

  test("an app user gets a longer suffix where another app user has the short one", () => {
    const world = worldWithSimilarNames();
    joinByToken(world, "lobby", TOKEN);
    const short = nameOf(joinByToken(world, "lobby", OTHER_TOKEN));
    const again = worldWithSimilarNames();
    joinByToken(again, "lobby", TOKEN);
    ask(again, short, {
      type: "enter",
      identity: "somebody else of the app",
      rank: "app",
      username: short,
      room: "office",
      version: 1,
    });
    const two = joinByToken(again, "lobby", OTHER_TOKEN);
    expect(nameOf(two).startsWith(short)).toBe(true);
    expect(nameOf(two)).toHaveLength(short.length + 4);
  });

  test("an app user whose four suffixed names are taken cannot join", () => {
    const world = worldWithSimilarNames();
    joinByToken(world, "lobby", TOKEN);
    const probe = joinByToken(world, "lobby", OTHER_TOKEN);
    const { user } = probe.last("welcome");
    const again = worldWithSimilarNames();
    joinByToken(again, "lobby", TOKEN);
    for (const tries of [1, 2, 3, 4]) {
      const username = suffixedName("ALICE", user, tries) ?? "";
      const other = { identity: `other ${tries}`, rank: "app" } as const;
      ask(again, username, {
        ...{ type: "enter", username, room: "office", version: 1 },
        ...other,
      });
    }
    const two = joinByToken(again, "lobby", OTHER_TOKEN);
    expect(outcome(two)).toBe("username_taken");
  });
});

describe("an app user and a guest with the same name", () => {
  test("a guest leaves the room before the app user of the same name joins it", () => {
    const world = worldWithSimilarNames();
    const guest = join(world, "lobby", "alice");
    const bob = join(world, "lobby", "bob");
    bob.take();
    const one = joinByToken(world, "lobby", TOKEN);
    expect(guest.closed).toBe("reclaimed");
    expect(bob.take()).toMatchObject([{ type: "left" }, { type: "joined" }]);
    expect(one.last("welcome").members).toEqual(["alice", "bob"]);
    one.send("hello");
    expect(bob.last("message").user).toBe(one.last("welcome").user);
  });

  test("a guest who registered the name loses it and its mail to an app user", () => {
    const world = worldWithSimilarNames();
    const guest = join(world, "kitchen", "alice");
    guest.send("/register");
    guest.send({ type: "block", user: "AAAAAAAAAAAAAAAA" });
    const bob = join(world, "lobby", "bob");
    bob.send("@alice for the guest");
    world.settle();
    const one = joinByToken(world, "attic", TOKEN);
    expect(guest.closed).toBe("reclaimed");
    expect(one.privateTexts).toEqual([]);
    expect(one.last("welcome")).not.toHaveProperty("blocked");
    expect(one.last("welcome")).not.toHaveProperty("registered");
    const back = startJoin(world, "kitchen", "alice");
    world.settle();
    expect(outcome(back)).toBe("username_taken");
  });

  test("an app user cannot register, release or change the app's name", () => {
    const world = worldWithSimilarNames();
    const one = joinByToken(world, "lobby", TOKEN);
    one.take();
    for (const line of ["/register", "/release", `/rotate ${"x".repeat(22)}`])
      one.send(line);
    world.settle();
    const codes = one.take().map((frame) => "code" in frame && frame.code);
    expect(codes).toEqual(["forbidden", "forbidden", "forbidden"]);
    one.send("/block bob");
    join(world, "lobby", "bob");
    one.send("/block bob");
    world.settle();
    expect(one.last("blocked").blocked).toMatchObject([{ username: "bob" }]);
  });

  test("an app user gets a name that rests after its release", () => {
    const world = worldWithSimilarNames();
    const guest = join(world, "kitchen", "alice");
    guest.send("/register");
    guest.send("/release");
    guest.send("/leave");
    world.pass(24 * 3_600_000);
    expect(nameOf(joinByToken(world, "lobby", TOKEN))).toBe("alice");
    const [reply] = ask(world, "alice", {
      type: "register",
      identity: identityOf("alice"),
      secret: identityOf("alice"),
    });
    expect(reply).toMatchObject({ type: "refused", code: "forbidden" });
  });
});
