// Reaction label: people read who reacts to a message, also where not all names are known.
import { describe, expect, test } from "vitest";
import { english } from "../../src/web/locales/en.ts";
import { reactionLabel } from "../../src/web/reaction-label.ts";

const label = (count: number, users: string[]) =>
  reactionLabel({ emoji: "👏", mine: false, count, users }, english, (names) =>
    names.join(" and "),
  );

describe("the label of a reaction", () => {
  test("has the names of all users who are few", () => {
    expect(label(2, ["alice", "bob"])).toBe("👏 2: alice and bob");
  });

  test("has some names, and the number of the other users", () => {
    expect(label(12, ["alice", "bob"])).toBe("👏 12: alice, bob, and 10 more");
  });

  test("has no empty name once the first ten users have taken theirs back", () => {
    expect(label(140, [])).toBe("👏 140: and 140 more");
  });
});
