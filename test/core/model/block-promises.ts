// What is promised of blocking: nothing comes from who is blocked, and everything from who is not.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type { PrivateMessage } from "../../../src/protocol/server-frames.ts";
import { userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { sayingsOf } from "./private-promises.ts";

/** Whoever is blocked is not heard; their own messages go on as ever. */
export function expectBlocksHold(conversation: Conversation): void {
  for (const { person, key, privates, welcome } of each(conversation.visits))
    for (const letter of privates)
      if (letter.user !== userOf(person))
        expectHeardRightly(
          conversation,
          letter,
          `${key} ${welcome?.mailEpoch}`,
        );
  expectNotShutOut(conversation);
}

/** Somebody said it while they were not blocked. */
function expectHeardRightly(
  conversation: Conversation,
  letter: PrivateMessage,
  claim: string,
): void {
  const sayings = sayingsOf(conversation, letter);
  assert.ok(
    sayings.some(({ shutOutOf }) => shutOutOf !== claim),
    `5: ${letter.text} is of somebody who was blocked`,
  );
}

/** Who was never blocked is never told that there is nobody. */
function expectNotShutOut({ sayings, visits }: Conversation): void {
  const blockers = new Set(
    visits.filter(({ hasBlocked }) => hasBlocked).map(({ key }) => key),
  );
  for (const { frame, visit, witnesses, isRepeated } of sayings) {
    if (frame.type !== "private" || frame.id === undefined) continue;
    // Their first try may have been at a time when there was nobody.
    if (isRepeated) continue;
    const key = nameKey(frame.to);
    if (blockers.has(key)) continue;
    const { toUser, id } = frame;
    const isHere = witnesses.some(
      (one) =>
        one.key === key &&
        one.isIn &&
        (toUser === undefined || toUser === userOf(one.person)),
    );
    const isRefused = visit.errors.some(
      (error) => error.id === id && error.code === "no_such_user",
    );
    assert.ok(!isHere || !isRefused, `5: ${frame.text} had somebody to go to`);
  }
}
