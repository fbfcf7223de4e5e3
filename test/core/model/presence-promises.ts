// Presence promises: the members are exactly the users who are joined, and no left frame is sent for a mere reload.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { PresenceFrame } from "../../../src/protocol/server-frames.ts";
import { APP_DATA, isAppUser, ROOMS, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import type { Session } from "./session-oracle.ts";

/** 6. Presence does not lie: the members are the users who are joined. */
export function expectTruePresence({
  sessions,
  world,
  listeners,
}: Conversation): void {
  for (const room of ROOMS) {
    const here = sessions.filter(
      (session) => session.room === room && session.isJoined,
    );
    const names = new Set(here.map(({ welcome }) => welcome?.username ?? ""));
    if (room === "lobby" && listeners > 0) names.add("listener");
    const sorted = [...names].sort();
    const reply = world.askRoom(room, { type: "info" });
    assert.ok(reply.type === "info");
    // The room may have been killed, and the crowd's connections with it.
    if (room === "lobby" && listeners > 0 && reply.count === names.size - 1)
      sorted.splice(sorted.indexOf("listener"), 1);
    assert.equal(reply.count, sorted.length, "6: as many as are here");
    const [first] = here;
    if (first === undefined) continue;
    first.peer.send("/who");
    assert.deepEqual(first.peer.last("members").members, sorted, "6: who");
    first.peer.send({ type: "who", details: true });
    const { details = [] } = first.peer.last("members");
    for (const { user, username, data } of details)
      assert.deepEqual(
        data,
        user === userOf("ursula") ? APP_DATA : undefined,
        `the data of ${username}`,
      );
  }
}

/** 6. A user with a left frame did leave, or was away for longer than the grace. */
export function expectTrueLeaves({ sessions, world }: Conversation): void {
  const grace = world.settings.PRESENCE_GRACE_MS;
  for (const witness of each(sessions))
    for (const notice of witness.leaves) {
      const ends = sessions
        .filter((session) => session.room === witness.room)
        .flatMap((session) => endOf(session, notice) ?? [])
        .filter(({ at }) => at <= notice.at);
      const last = Math.max(...ends.map(({ at }) => at));
      // A user who has lost the name has left, also within the grace.
      const isWanted = sessions.some(
        ({ key, person }) =>
          key === nameKey(notice.username) && isAppUser(person),
      );
      const isGone = ends.some(
        ({ at, isMeant }) =>
          at === last && (isMeant || isWanted || at + grace <= notice.at),
      );
      assert.ok(isGone, `6: ${notice.username} had not left`);
    }
}

/** When a user's session ended; `isMeant`: it ended without a grace. */
function endOf(
  { person, key, peer, leftAt, welcome }: Session,
  { user, username, at }: PresenceFrame,
): { at: number; isMeant: boolean } | null {
  if (userOf(person) !== user || key !== nameKey(username)) return null;
  // A session that was cut before its welcome was never joined.
  const isWelcome = peer.unseen.some(({ type }) => type === "welcome");
  if (welcome === null && !isWelcome) return null;
  if (leftAt !== null) return { at: leftAt, isMeant: true };
  // The session was cut after `leave`, before the left frame arrived.
  const unheard = peer.unseen.find(
    (frame) =>
      frame.type === "left" &&
      frame.user === user &&
      frame.username === username,
  );
  if (unheard?.type === "left")
    return { at: Math.min(unheard.at, at), isMeant: true };
  const { closedByHost, closeNoticedAt } = peer;
  if (closedByHost !== null)
    return { at: closedByHost.at, isMeant: closedByHost.as !== "slow" };
  return closeNoticedAt === null
    ? null
    : { at: closeNoticedAt, isMeant: false };
}
