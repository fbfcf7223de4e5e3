// What is promised of names that are more than lent: registered, at rest, or of the app's users.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type { Peer } from "../support/peer.ts";
import { arrive, type JoinOptions } from "../support/people.ts";
import type { World } from "../support/world.ts";
import { isVouchedFor, NAMES, type Person, tokenOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";

/** 7. Whoever was closed for it did lose the name, to somebody of higher rank. */
export function expectRightlyEvicted({ visits }: Conversation): void {
  for (const visit of each(visits)) {
    const { peer, key, person, device } = visit;
    const isLast = device.visitOf(peer) === visit;
    if (peer.shutAs?.as !== "reclaimed" || !isLast) continue;
    assert.ok(!isVouchedFor(person), "7: nobody outranks the app's users");
    assert.ok(
      visits.some((one) => one.key === key && isVouchedFor(one.person)),
      `7: ${person} lost ${key} to nobody`,
    );
  }
}

/** 7. When guests' claims have ended these are still whose they were. */
export function expectKeptForGood(conversation: Conversation): void {
  const { world, tenancy, holdings, visits } = conversation;
  for (const username of NAMES) {
    const key = nameKey(username);
    const last = tenancy.last(key);
    if (last === undefined) continue;
    const { person } = last;
    const holding = holdings.of(person, key);
    const { restsUntil } = holding;
    const isKept = holding.isKept(last.epoch);
    const isTheirs = isKept || isVouchedFor(person);
    if (!isTheirs && restsUntil <= world.now) continue;
    const thief = arrive(world, "attic", username, { as: "a thief" });
    world.settle();
    const { code, retryAfter } = thief.last("error");
    assert.equal(code, "username_taken", `7: ${person} has ${username}`);
    assert.equal(retryAfter, undefined, "7: it is no use to wait");
    thief.close();
    const isWanted = visits.some(
      (one) => one.key === key && isVouchedFor(one.person),
    );
    // She may have got it without having heard of it.
    if (isWanted && !isVouchedFor(person)) continue;
    const owner = comeByAnySecret(world, person, username);
    const { mailEpoch, registered } = owner.last("welcome");
    if (isTheirs) assert.equal(mailEpoch, last.epoch, "7: it never ended");
    if (isKept) assert.ok(registered !== undefined, "7: it is registered");
    owner.send("/leave");
    world.settle();
  }
}

/** They may have changed it, and never heard that it was done. */
export function comeByAnySecret(
  world: World,
  person: Person,
  username: string,
  mark: JoinOptions = { mailSince: 0 },
): Peer {
  for (const isChanged of [false, true]) {
    const token = tokenOf(person, username, isChanged);
    const peer = arrive(world, "attic", username, { token, ...mark });
    world.settle();
    if (peer.all("welcome").length > 0) return peer;
    peer.close();
  }
  throw new Error(`7: ${person} cannot come in as ${username}`);
}
