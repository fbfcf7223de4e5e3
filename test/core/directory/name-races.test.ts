// Name race tests: users join, register, change and lose names in every order of calls, with lost calls and killed objects.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ISSUER, alice as user } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { secretOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const NAMES = ["alice", "ALICE"] as const;
const ROOMS = ["lobby", "kitchen"] as const;
const GUESTS = ["ann", "new"] as const;
const USERS = ["1", "2"] as const;
const HOUR = 3_600_000;

const name = fc.constantFrom(...NAMES);
const room = fc.constantFrom(...ROOMS);
const number = fc.nat(7);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("guest" as const),
      name,
      room,
      as: fc.constantFrom(...GUESTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("user" as const),
      name,
      room,
      sub: fc.constantFrom(...USERS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      number,
      line: fc.constantFrom(
        "/register",
        "/release",
        `/rotate ${secretOf("new")}`,
        "/leave",
        "/block bob",
        "hello",
      ),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant("deliver" as const), number }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("lose" as const, "drop" as const),
      number,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(1000, 61_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("crash" as const),
      where: fc.oneof(room, name),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Visit {
  readonly peer: Peer;
  readonly isUser: boolean;
}

const tokenOf = (sub: string, called: string) =>
  `eyJhbGciOiJIUzI1NiJ9.${called}.${sub}`;

function worldWithUsers(): World {
  const world = new World({
    JWT_ISSUER: ISSUER,
    GUEST_PREFIX: "-",
    RATE_PER_SECOND: 0,
  });
  for (const subject of USERS)
    for (const username of NAMES)
      world.tokens.set(tokenOf(subject, username), {
        ...user,
        subject,
        username,
      });
  return world;
}

function run(world: World, visits: Visit[], one: Step): void {
  const pick = <T>(items: readonly T[], at: number): T | undefined =>
    items[at % Math.max(1, items.length)];
  switch (one.do) {
    case "guest":
    case "user": {
      const peer = world.open(one.room);
      const isUser = one.do === "user";
      const token = isUser ? tokenOf(one.sub, one.name) : secretOf(one.as);
      peer.send({ type: "join", username: one.name, token });
      visits.push({ peer, isUser });
      break;
    }
    case "say":
      pick(visits, one.number)?.peer.send(one.line);
      break;
    case "drop":
      pick(visits, one.number)?.peer.close();
      break;
    case "deliver":
    case "lose": {
      const call = pick(world.pendingCalls, one.number);
      if (call !== undefined) world[one.do](call);
      break;
    }
    case "pass":
      world.pass(one.ms);
      break;
    case "crash": {
      const isRoom = one.where === "lobby" || one.where === "kitchen";
      const { where } = one;
      world.crash(isRoom ? world.room(where) : world.directory(where));
      break;
    }
    default:
      one satisfies never;
  }
}

/** The users who are joined, by their last frame. */
function isIn({ peer }: Visit): boolean {
  let isHere = false;
  let self = "";
  for (const frame of peer.inbox)
    if (frame.type === "welcome") {
      isHere = true;
      self = frame.user;
    } else if (frame.type === "left" && frame.user === self) isHere = false;
  return isHere && peer.closed === null;
}

function expectOnePersonEach(world: World, visits: Visit[]): void {
  const here = visits.filter(isIn).map(({ peer }) => peer.last("welcome"));
  for (const called of new Set(here.map(({ username }) => username))) {
    const users = here
      .filter(({ username }) => username.toLowerCase() === called.toLowerCase())
      .map(({ user }) => user);
    expect(new Set(users).size, `${called} is one person`).toBe(1);
    const [claim] = world.directory(called).database.tables.claim ?? [];
    expect(claim, called).toMatchObject({ free_at: null });
    expect(String(Object(claim).identity).slice(0, 16)).toBe(users[0]);
    expect(JSON.parse(String(Object(claim).standing))).not.toHaveProperty(
      "evicting",
    );
  }
}

test("one user at a time has a name whatever fails, and an app user never loses it", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 15, maxLength: 40 }), (steps) => {
      const world = worldWithUsers();
      const visits: Visit[] = [];
      for (const one of steps) run(world, visits, one);
      world.pass(HOUR);
      expectOnePersonEach(world, visits);
      for (const { peer, isUser } of visits)
        if (isUser) expect(peer.closed).not.toBe("reclaimed");
    }),
    { numRuns: 500, seed: 20_261_124 },
  );
});
