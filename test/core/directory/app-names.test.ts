// The names of the app's users: theirs before any guest's, and with a suffix where two look alike.
import { describe, expect, test } from "vitest";
import { suffixedName } from "../../../src/core/room/name-suffix.ts";
import { alice as first, ISSUER, TOKEN } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { identityOf, join, startJoin } from "../support/people.ts";
import { ask, outcome } from "../support/requests.ts";
import { World } from "../support/world.ts";

const OTHER_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.b3RoZXI";

/** Two users of the app whose names look alike; guests have no prefix. */
function twoAlices(): World {
  const world = new World({ JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" });
  world.tokens.set(TOKEN, first);
  const second = { ...first, subject: "2", username: "ALICE" };
  world.tokens.set(OTHER_TOKEN, second);
  return world;
}

function bring(world: World, room: string, token: string): Peer {
  const peer = world.open(room);
  peer.send({ type: "join", token });
  world.settle();
  return peer;
}

const nameOf = (peer: Peer) => peer.last("welcome").username;

describe("two users of the app whose names look alike", () => {
  test("both get in, the later one with a suffix", () => {
    const world = twoAlices();
    const one = bring(world, "lobby", TOKEN);
    const two = bring(world, "lobby", OTHER_TOKEN);
    expect(nameOf(one)).toBe("alice");
    expect(nameOf(two)).toMatch(/^ALICE-[a-z2-8]{4}$/);
    expect(two.last("welcome").members).toEqual([nameOf(two), "alice"].sort());
    expect(one.last("joined").username).toBe(nameOf(two));
    expect([one.closed, two.closed]).toEqual([null, null]);
  });

  test("keep their names in other rooms, after sleep and after days", () => {
    const world = twoAlices();
    const one = bring(world, "lobby", TOKEN);
    const name = nameOf(bring(world, "lobby", OTHER_TOKEN));
    expect(nameOf(bring(world, "kitchen", OTHER_TOKEN))).toBe(name);
    world.hibernate(world.room("kitchen"));
    world.crash(world.room("lobby"));
    world.pass(100 * 24 * 3_600_000);
    expect(one.closed).not.toBeNull();
    expect(nameOf(bring(world, "attic", OTHER_TOKEN))).toBe(name);
    expect(nameOf(bring(world, "attic", TOKEN))).toBe("alice");
  });

  test("are written to by their names, each for themselves", () => {
    const world = twoAlices();
    const one = bring(world, "lobby", TOKEN);
    const two = bring(world, "kitchen", OTHER_TOKEN);
    const bob = join(world, "attic", "bob");
    bob.send("@alice for the first");
    bob.send(`@${nameOf(two)} for the second`);
    world.settle();
    expect(one.privateTexts).toEqual(["for the first"]);
    expect(two.privateTexts).toEqual(["for the second"]);
  });

  test("come at once from two rooms: one has the suffix", () => {
    const world = twoAlices();
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

  test("the later one's frames behind the join wait for it", () => {
    const world = twoAlices();
    const one = bring(world, "lobby", TOKEN);
    const two = world.open("lobby");
    two.send({ type: "join", token: OTHER_TOKEN });
    two.send("hello");
    world.settle();
    expect(one.messageTexts).toEqual(["hello"]);
    expect(one.last("message").username).toBe(nameOf(two));
  });
});

describe("a name with a suffix", () => {
  test("is taken from a guest who has it", () => {
    const world = twoAlices();
    bring(world, "lobby", TOKEN);
    const probe = nameOf(bring(world, "lobby", OTHER_TOKEN));
    const again = twoAlices();
    bring(again, "lobby", TOKEN);
    const guest = join(again, "kitchen", probe, { as: "mallory" });
    const two = bring(again, "lobby", OTHER_TOKEN);
    expect(nameOf(two)).toBe(probe.replace("alice", "ALICE"));
    expect(guest.closed).toBe("reclaimed");
  });

  test("is longer where another user of the app has the short one", () => {
    const world = twoAlices();
    bring(world, "lobby", TOKEN);
    const short = nameOf(bring(world, "lobby", OTHER_TOKEN));
    const again = twoAlices();
    bring(again, "lobby", TOKEN);
    ask(again, short, {
      type: "enter",
      identity: "somebody else of the app",
      rank: "app",
      username: short,
      room: "office",
      version: 1,
    });
    const two = bring(again, "lobby", OTHER_TOKEN);
    expect(nameOf(two).startsWith(short)).toBe(true);
    expect(nameOf(two)).toHaveLength(short.length + 4);
  });

  test("is at an end after four: then the name is taken", () => {
    const world = twoAlices();
    bring(world, "lobby", TOKEN);
    const probe = bring(world, "lobby", OTHER_TOKEN);
    const { user } = probe.last("welcome");
    const again = twoAlices();
    bring(again, "lobby", TOKEN);
    for (const tries of [1, 2, 3, 4]) {
      const username = suffixedName("ALICE", user, tries) ?? "";
      const other = { identity: `other ${tries}`, rank: "app" } as const;
      ask(again, username, {
        ...{ type: "enter", username, room: "office", version: 1 },
        ...other,
      });
    }
    const two = bring(again, "lobby", OTHER_TOKEN);
    expect(outcome(two)).toBe("username_taken");
  });
});

describe("a user of the app and a guest of the same name", () => {
  test("in one room: the guest goes, then the user comes", () => {
    const world = twoAlices();
    const guest = join(world, "lobby", "alice");
    const bob = join(world, "lobby", "bob");
    bob.take();
    const one = bring(world, "lobby", TOKEN);
    expect(guest.closed).toBe("reclaimed");
    expect(bob.take()).toMatchObject([{ type: "left" }, { type: "joined" }]);
    expect(one.last("welcome").members).toEqual(["alice", "bob"]);
    one.send("hello");
    expect(bob.last("message").user).toBe(one.last("welcome").user);
  });

  test("who has registered it: the name and the mail are the guest's no more", () => {
    const world = twoAlices();
    const guest = join(world, "kitchen", "alice");
    guest.send("/register");
    guest.send({ type: "block", user: "AAAAAAAAAAAAAAAA" });
    const bob = join(world, "lobby", "bob");
    bob.send("@alice for the guest");
    world.settle();
    const one = bring(world, "attic", TOKEN);
    expect(guest.closed).toBe("reclaimed");
    expect(one.privateTexts).toEqual([]);
    expect(one.last("welcome")).not.toHaveProperty("blocked");
    expect(one.last("welcome")).not.toHaveProperty("registered");
    const back = startJoin(world, "kitchen", "alice");
    world.settle();
    expect(outcome(back)).toBe("username_taken");
  });

  test("cannot register, give up or change what the app gives", () => {
    const world = twoAlices();
    const one = bring(world, "lobby", TOKEN);
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

  test("a name that was given up and rests is the app's to give", () => {
    const world = twoAlices();
    const guest = join(world, "kitchen", "alice");
    guest.send("/register");
    guest.send("/release");
    guest.send("/leave");
    world.pass(24 * 3_600_000);
    expect(nameOf(bring(world, "lobby", TOKEN))).toBe("alice");
    const [reply] = ask(world, "alice", {
      type: "register",
      identity: identityOf("alice"),
      secret: identityOf("alice"),
    });
    expect(reply).toMatchObject({ type: "refused", code: "forbidden" });
  });
});
