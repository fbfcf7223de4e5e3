// Presence tests: a room finds its members by name and identity, sorts their names, and ends their grace.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Member } from "../../../src/core/room/connection.ts";
import { Presence } from "../../../src/core/room/presence.ts";
import { PresenceGrace } from "../../../src/core/room/presence-grace.ts";
import { blankConnection } from "../support/blank-connection.ts";

/** The schedule's entry, as far as presence sets it. */
function nextGraceEnd(): { dueAt: number | null } {
  return { dueAt: null };
}

function add(presence: Presence, username: string): Member {
  return presence.add({
    key: username.toLowerCase(),
    identity: `identity-of-${username}-that-is-long`,
    username,
  });
}

function names(presence: Presence, limit: number, after?: string) {
  const { members, more } = presence.page(limit, after);
  return { names: members.map(({ username }) => username), more };
}

describe("the names of the members", () => {
  test("users' names are sorted by code unit, in whatever order they join", () => {
    const presence = new Presence(new PresenceGrace(nextGraceEnd()));
    for (const name of ["bob", "Zoe", "álvaro", "alice", "李雷"])
      add(presence, name);
    expect(names(presence, 10)).toEqual({
      names: ["Zoe", "alice", "bob", "álvaro", "李雷"],
      more: false,
    });
  });

  test("users' names are listed exactly while they are members", () => {
    const anySteps = fc.array(
      fc.record({
        name: fc.constantFrom(..."abcdefghijklmnop"),
        joins: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(anySteps, (steps) => {
        const presence = new Presence(new PresenceGrace(nextGraceEnd()));
        const here = new Set<string>();
        for (const { name, joins } of steps) {
          const member = presence.get(name);
          if (joins && member === undefined) add(presence, name);
          if (!joins && member !== undefined) presence.remove(member);
          if (joins) here.add(name);
          else here.delete(name);
        }
        expect(names(presence, 100).names).toEqual([...here].sort());
        expect(presence.count).toBe(here.size);
      }),
    );
  });

  test("users' names are listed in pages, also after a name that has left", () => {
    const presence = new Presence(new PresenceGrace(nextGraceEnd()));
    for (const name of "abcdef") add(presence, name);
    expect(names(presence, 3)).toEqual({ names: ["a", "b", "c"], more: true });
    expect(names(presence, 3, "c")).toEqual({
      names: ["d", "e", "f"],
      more: false,
    });
    expect(names(presence, 2, "bb")).toEqual({ names: ["c", "d"], more: true });
    expect(names(presence, 3, "f")).toEqual({ names: [], more: false });
    expect(names(presence, 1, "")).toEqual({ names: ["a"], more: true });
  });
});

describe("a member", () => {
  test("a user is found by name and identity, not by the name alone", () => {
    const presence = new Presence(new PresenceGrace(nextGraceEnd()));
    const alice = add(presence, "alice");
    expect(presence.find("alice", alice.identity)).toBe(alice);
    expect(presence.find("alice", "somebody else")).toBeUndefined();
    expect(presence.find("bob", alice.identity)).toBeUndefined();
  });

  test("a user is a member until the last connection closes", () => {
    const presence = new Presence(new PresenceGrace(nextGraceEnd()));
    const alice = add(presence, "alice");
    const [phone, laptop] = [blankConnection(), blankConnection()];
    for (const connection of [phone, laptop])
      presence.attach(alice, connection);
    expect(presence.detach(alice, phone)).toBe(false);
    expect(presence.detach(alice, laptop)).toBe(true);
  });

  test("a user leaves once, even if a connection closes twice", () => {
    const presence = new Presence(new PresenceGrace(nextGraceEnd()));
    const alice = add(presence, "alice");
    const phone = blankConnection();
    presence.attach(alice, phone);
    expect(presence.detach(alice, phone)).toBe(true);
    expect(presence.detach(alice, phone)).toBe(false);
  });

  test("a user counts as gone when the grace ends, not before", () => {
    const next = nextGraceEnd();
    const grace = new PresenceGrace(next);
    const presence = new Presence(grace);
    const [alice, bob] = [add(presence, "alice"), add(presence, "bob")];
    grace.start(alice, 2000);
    grace.start(bob, 1000);
    expect(next.dueAt).toBe(1000);
    expect(grace.expired(999, 4000)).toEqual([]);
    expect(grace.expired(1000, 4000)).toEqual([bob]);
    expect(grace.expired(2000, 4000)).toEqual([alice, bob]);
  });

  test("a user who returns within the grace is not gone", () => {
    const next = nextGraceEnd();
    const grace = new PresenceGrace(next);
    const presence = new Presence(grace);
    const alice = add(presence, "alice");
    grace.start(alice, 1000);
    presence.attach(alice, blankConnection());
    expect(grace.expired(5000, 4000)).toEqual([]);
    expect(next.dueAt).toBeNull();
  });

  test("a user who takes a removed member's name is not removed with it", () => {
    const next = nextGraceEnd();
    const grace = new PresenceGrace(next);
    const presence = new Presence(grace);
    const old = add(presence, "alice");
    grace.start(old, 1000);
    presence.remove(old);
    const successor = add(presence, "alice");
    presence.remove(old);
    expect(presence.get("alice")).toBe(successor);
    expect(names(presence, 9).names).toEqual(["alice"]);
    expect(next.dueAt).toBeNull();
  });
});
