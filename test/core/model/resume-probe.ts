// Resume probe: a client resumes at the ends of a room's log, and with numbers of another epoch or claim.
import assert from "node:assert/strict";
import { startJoin } from "../support/people.ts";
import type { RoomName } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { type MailboxSnapshot, readLog } from "./quiesce.ts";
import { joinByAnySecret } from "./rank-promises.ts";

/** 4. A client can resume from each stored event; before that there is a gap. */
export function expectResumesAtEdges(
  conversation: Conversation,
  room: RoomName,
): void {
  const { epoch, events } = readLog(conversation, room);
  const [oldest, newest] = [events[0]?.seq, events.at(-1)?.seq];
  if (oldest === undefined || newest === undefined) return;
  const expected = events.map(({ seq }) => seq);
  expectResume(oldest - 1, epoch, expected);
  expectResume(newest - 1, epoch, expected.slice(-1));
  expectResume(newest, epoch, []);
  expectResume(newest + 1, epoch, null);
  expectResume(newest, "another", null);
  if (oldest > 1) expectResume(oldest - 2, epoch, null);

  /** @param expected the numbers that must follow; null: a gap */
  function expectResume(
    since: number,
    epoch: string,
    expected: number[] | null,
  ) {
    const { world } = conversation;
    const peer = startJoin(world, room, "prober", { since, epoch });
    world.settle();
    const { gap, resumed, more } = peer.last("welcome");
    assert.equal(resumed, expected !== null, `4: resumed after ${since}`);
    assert.equal(gap, expected === null, `4: a gap after ${since}`);
    const seqs = peer.inbox.flatMap((frame) =>
      frame.type === "message" || frame.type === "reacted" ? frame.seq : [],
    );
    const wanted = expected ?? [];
    assert.deepEqual(seqs, more ? wanted.slice(0, seqs.length) : wanted);
    assert.ok(!more || seqs.length > 0, "4: a cut replay has something");
    peer.send("/leave");
    world.settle();
    peer.close();
  }
}

/** 5. A number of another claim's mail has no meaning: all mail follows. */
export function expectMailOfTheirClaim(
  { world }: Conversation,
  mailboxes: readonly MailboxSnapshot[],
): void {
  for (const { owner, key, epoch, messages } of each(mailboxes)) {
    const mailSince = messages.at(-1)?.mail ?? 0;
    const mark = { mailSince, mailEpoch: epoch - 1 };
    const peer = joinByAnySecret(world, owner, key, mark);
    assert.deepEqual(peer.all("private"), messages, "5: all of it follows");
    peer.send("/leave");
  }
  world.settle();
}
