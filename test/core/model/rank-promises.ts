// Rank promises: registered names, released names and names of app users stay with their owners; only app users can take a name.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { Peer } from "../support/peer.ts";
import { type JoinOptions, startJoin } from "../support/people.ts";
import type { World } from "../support/world.ts";
import { isAppUser, NAMES, type Person, tokenOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";

/** 7. A user who was evicted has lost the name to an app's user. */
export function expectRightlyEvicted({ sessions }: Conversation): void {
  for (const session of each(sessions)) {
    const { peer, key, person, device } = session;
    const isLast = device.sessionOf(peer) === session;
    if (peer.closedByHost?.as !== "reclaimed" || !isLast) continue;
    assert.ok(!isAppUser(person), "7: nobody outranks the app's users");
    assert.ok(
      sessions.some((one) => one.key === key && isAppUser(one.person)),
      `7: ${person} lost ${key} to nobody`,
    );
  }
}

/** 7. Registered, released and app users' names outlive guests' claims. */
export function expectKeptNames(conversation: Conversation): void {
  const { world, nameOracle, nameRecords, sessions } = conversation;
  for (const username of NAMES) {
    const key = nameKey(username);
    const last = nameOracle.lastHolder(key);
    if (last === undefined) continue;
    const { person } = last;
    const record = nameRecords.of(person, key);
    const { restsUntil } = record;
    const isRegistered = record.isRegistered(last.epoch);
    const isTheirs = isRegistered || isAppUser(person);
    if (!isTheirs && restsUntil <= world.now) continue;
    const thief = startJoin(world, "attic", username, { as: "a thief" });
    world.settle();
    const { code, retryAfter } = thief.last("error");
    assert.equal(code, "username_taken", `7: ${person} has ${username}`);
    assert.equal(retryAfter, undefined, "7: it is no use to wait");
    thief.close();
    const isWanted = sessions.some(
      (one) => one.key === key && isAppUser(one.person),
    );
    // ursula may have got the name although her welcome was lost.
    if (isWanted && !isAppUser(person)) continue;
    const owner = joinByAnySecret(world, person, username);
    const { mailEpoch, registered } = owner.last("welcome");
    if (isTheirs) assert.equal(mailEpoch, last.epoch, "7: it never ended");
    if (isRegistered)
      assert.ok(registered !== undefined, "7: it is registered");
    owner.send("/leave");
    world.settle();
  }
}

/** Joins by the old or the new secret: the answer to a rotation may have been lost. */
export function joinByAnySecret(
  world: World,
  person: Person,
  username: string,
  mark: JoinOptions = { mailSince: 0 },
): Peer {
  for (const isChanged of [false, true]) {
    const token = tokenOf(person, username, isChanged);
    const peer = startJoin(world, "attic", username, { token, ...mark });
    world.settle();
    if (peer.all("welcome").length > 0) return peer;
    peer.close();
  }
  throw new Error(`7: ${person} cannot come in as ${username}`);
}
