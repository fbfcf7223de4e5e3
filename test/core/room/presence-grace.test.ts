// Presence grace tests: the room wakes up when the next of its absent members counts as gone.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Presence } from "../../../src/core/room/presence.ts";
import { PresenceGrace } from "../../../src/core/room/presence-grace.ts";

const GRACE_MS = 10;

test("users who disconnect and return in any order never delay another user's leave", () => {
  const anySteps = fc.array(
    fc.record({
      user: fc.nat(5),
      step: fc.constantFrom("start", "end", "expired"),
      ms: fc.integer({ min: -5, max: 10 }),
    }),
  );
  fc.assert(
    fc.property(anySteps, (steps) => {
      const next: { dueAt: number | null } = { dueAt: null };
      const grace = new PresenceGrace(next);
      const presence = new Presence(grace);
      const members = [..."abcdef"].map((name) =>
        presence.add({ key: name, identity: "x".repeat(43), username: name }),
      );
      let now = 1000;
      for (const { user, step, ms } of steps) {
        const member = members[user];
        if (member === undefined) continue;
        now += ms;
        if (step === "end") grace.end(member);
        else if (step === "expired")
          for (const gone of grace.expired(now, GRACE_MS)) grace.end(gone);
        else if (member.graceEndsAt === null)
          grace.start(member, now + GRACE_MS);
        const ends = members.flatMap(({ graceEndsAt }) => graceEndsAt ?? []);
        expect(next.dueAt).toBe(ends.length === 0 ? null : Math.min(...ends));
      }
    }),
  );
});
