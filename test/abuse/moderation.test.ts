// Moderation attacks: nobody acts in a room who may not, and nobody escapes what a moderator has done.
import { describe, test } from "vitest";
import { openModeratedRoom } from "../conformance/support/moderators.ts";
import { actAttempts, actsOn } from "./support/act-attempts.ts";
import { startAttackTarget } from "./support/attack-target.ts";
import { type Attempt, expectUnchanged, works } from "./support/attempts.ts";
import { banAttempts } from "./support/ban-attempts.ts";
import { entryAttempts } from "./support/entry-attempts.ts";
import { identityAttempts } from "./support/identity-attempts.ts";
import { muteAttempts } from "./support/mute-attempts.ts";
import { networkAttempts, othersComeIn } from "./support/network-attempts.ts";
import { reportAttempts } from "./support/report-attempts.ts";

startAttackTarget(
  {
    ROOM_OWNERS: "creator",
    GUEST_PREFIX: "-",
    PRIVATE_ROOMS: "vault-*",
  },
  { isBehindProxy: true },
);

describe("nobody acts in a room by", () => {
  test.each([...actAttempts, ...identityAttempts])("%s", async (_, attempt) => {
    const scene = await openModeratedRoom();
    await attempt(scene);
    await expectUnchanged(scene);
  });
});

test("an owner does all that the others tried", async () => {
  const { owner, mod } = await openModeratedRoom();
  await mod.sendMessage("found by this after the kick");
  for (const act of actsOn(mod.name)) await works(owner, act);
});

const evaded: [string, Attempt[]][] = [
  ["nobody evades a ban by", banAttempts],
  ["no guest evades the ban of a network by", networkAttempts],
  ["nobody evades a mute, a lock or slow mode by", muteAttempts],
  ["nobody enters or learns more by", entryAttempts],
  ["nobody misuses reports by", reportAttempts],
];

describe.each(evaded)("%s", (_, attempts) => {
  test.each(attempts)("%s", async (_, attempt) => {
    await attempt(await openModeratedRoom());
  });
});

test("the ban of a network lets in registered names, those who were there, other networks and other rooms", async () => {
  await othersComeIn(await openModeratedRoom());
});
