// What is promised of presence: the members are those who are in, and nobody is said to have left who is only reloading.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type { PresenceFrame } from "../../../src/protocol/server-frames.ts";
import { isVouchedFor, ROOMS, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import type { Visit } from "./session-oracle.ts";

/** 6. Presence does not lie: the members are those who are in. */
export function expectTruePresence({
  visits,
  world,
  listeners,
}: Conversation): void {
  for (const room of ROOMS) {
    const here = visits.filter((visit) => visit.room === room && visit.isIn);
    const names = new Set(here.map(({ welcome }) => welcome?.username ?? ""));
    if (room === "lobby" && listeners > 0) names.add("listener");
    const sorted = [...names].sort();
    const reply = world.read(room, { type: "info" });
    assert.ok(reply.type === "info");
    // The crowd may have been killed with the room.
    if (room === "lobby" && listeners > 0 && reply.count === names.size - 1)
      sorted.splice(sorted.indexOf("listener"), 1);
    assert.equal(reply.count, sorted.length, "6: as many as are here");
    const [first] = here;
    if (first === undefined) continue;
    first.peer.send("/who");
    assert.deepEqual(first.peer.last("members").members, sorted, "6: who");
  }
}

/** 6. Whoever is said to have left did so, or was away for longer than the grace. */
export function expectTrueFarewells({ visits, world }: Conversation): void {
  const grace = world.settings.PRESENCE_GRACE_MS;
  for (const witness of each(visits))
    for (const notice of witness.lefts) {
      const ends = visits
        .filter((visit) => visit.room === witness.room)
        .flatMap((visit) => endOf(visit, notice) ?? [])
        .filter(({ at }) => at <= notice.at);
      const last = Math.max(...ends.map(({ at }) => at));
      // Who has lost the name is gone, in the grace too.
      const isWanted = visits.some(
        ({ key, person }) =>
          key === nameKey(notice.username) && isVouchedFor(person),
      );
      const isGone = ends.some(
        ({ at, isMeant }) =>
          at === last && (isMeant || isWanted || at + grace <= notice.at),
      );
      assert.ok(isGone, `6: ${notice.username} had not left`);
    }
}

/** When somebody's connection ended, and whether that ends their stay at once. */
function endOf(
  { person, key, peer, leftAt, welcome }: Visit,
  { user, username, at }: PresenceFrame,
): { at: number; isMeant: boolean } | null {
  if (userOf(person) !== user || key !== nameKey(username)) return null;
  // Who was cut while they waited to come in had no stay to end.
  const isWelcome = peer.unseen.some(({ type }) => type === "welcome");
  if (welcome === null && !isWelcome) return null;
  if (leftAt !== null) return { at: leftAt, isMeant: true };
  // It asked to leave, and vanished before it heard that it had.
  const unheard = peer.unseen.find(
    (frame) =>
      frame.type === "left" &&
      frame.user === user &&
      frame.username === username,
  );
  if (unheard?.type === "left")
    return { at: Math.min(unheard.at, at), isMeant: true };
  const { shutAs, noticedAt } = peer;
  if (shutAs !== null) return { at: shutAs.at, isMeant: shutAs.as !== "slow" };
  return noticedAt === null ? null : { at: noticedAt, isMeant: false };
}
