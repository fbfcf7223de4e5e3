// Resuming at its edges: where a room's log begins and ends, and by numbers that are of another epoch, or claim.
import assert from "node:assert/strict";
import { arrive } from "../support/people.ts";
import type { RoomName } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { type MailboxFound, readLog } from "./quiesce.ts";
import { comeByAnySecret } from "./rank-promises.ts";

/** 4. What is kept can be resumed, all of it; what is not is a gap. */
export function expectResumesAtEdges(
  conversation: Conversation,
  room: RoomName,
): void {
  const { epoch, events } = readLog(conversation, room);
  const [oldest, newest] = [events[0]?.seq, events.at(-1)?.seq];
  if (oldest === undefined || newest === undefined) return;
  const told = events.map(({ seq }) => seq);
  expectResume(oldest - 1, epoch, told);
  expectResume(newest - 1, epoch, told.slice(-1));
  expectResume(newest, epoch, []);
  expectResume(newest + 1, epoch, null);
  expectResume(newest, "another", null);
  if (oldest > 1) expectResume(oldest - 2, epoch, null);

  /** @param told the numbers that follow; null: a gap */
  function expectResume(since: number, epoch: string, told: number[] | null) {
    const { world } = conversation;
    const peer = arrive(world, room, "prober", { since, epoch });
    world.settle();
    const { gap, resumed, more } = peer.last("welcome");
    assert.equal(resumed, told !== null, `4: resumed after ${since}`);
    assert.equal(gap, told === null, `4: a gap after ${since}`);
    const seqs = peer.all("message").map(({ seq }) => seq);
    const wanted = told ?? [];
    assert.deepEqual(seqs, more ? wanted.slice(0, seqs.length) : wanted);
    assert.ok(!more || seqs.length > 0, "4: a cut replay has something");
    peer.send("/leave");
    world.settle();
    peer.close();
  }
}

/** 5. A number of another claim's mail means nothing: all of it follows. */
export function expectMailOfTheirClaim(
  { world }: Conversation,
  mailboxes: readonly MailboxFound[],
): void {
  for (const { owner, key, epoch, letters } of each(mailboxes)) {
    const mailSince = letters.at(-1)?.mail ?? 0;
    const mark = { mailSince, mailEpoch: epoch - 1 };
    const peer = comeByAnySecret(world, owner, key, mark);
    assert.deepEqual(peer.all("private"), letters, "5: all of it follows");
    peer.send("/leave");
  }
  world.settle();
}
