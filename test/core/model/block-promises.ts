// Block promises: blocked users' private messages do not arrive, and those of all other users do.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { PrivateMessage } from "../../../src/protocol/server-frames.ts";
import { userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { sentMessagesOf } from "./private-promises.ts";

/** Private messages of blocked users do not arrive; users who block can send as before. */
export function expectBlocksHold(conversation: Conversation): void {
  for (const { person, key, privates, welcome } of each(conversation.sessions))
    for (const message of privates)
      if (message.user !== userOf(person))
        expectNotBlocked(conversation, message, `${key} ${welcome?.mailEpoch}`);
  expectNotRefused(conversation);
}

/** At least one attempt to send the message was made while the sender was not blocked. */
function expectNotBlocked(
  conversation: Conversation,
  message: PrivateMessage,
  claim: string,
): void {
  // The block may have ended while the app thought.
  if (conversation.app?.wasSlow(message.user, message.clientId)) return;
  const sentMessages = sentMessagesOf(conversation, message);
  assert.ok(
    sentMessages.some(({ blockedBy }) => blockedBy !== claim),
    `5: ${message.text} is of somebody who was blocked`,
  );
}

/** A user whom nobody has blocked does not get `no_such_user` for a present user. */
function expectNotRefused({ sentMessages, sessions, app }: Conversation): void {
  const blockers = new Set(
    sessions.filter(({ hasBlocked }) => hasBlocked).map(({ key }) => key),
  );
  for (const { frame, session, witnesses, isRepeated } of sentMessages) {
    if (frame.type !== "private" || frame.id === undefined) continue;
    // The first attempt may have been at a time when nobody had the name.
    if (isRepeated) continue;
    // The addressee may have left while the app thought.
    if (app?.wasSlow(userOf(session.person), frame.id)) continue;
    const key = nameKey(frame.to);
    if (blockers.has(key)) continue;
    const { toUser, id } = frame;
    const isHere = witnesses.some(
      (one) =>
        one.key === key &&
        one.isJoined &&
        (toUser === undefined || toUser === userOf(one.person)),
    );
    const isRefused = session.errors.some(
      (error) => error.id === id && error.code === "no_such_user",
    );
    assert.ok(!isHere || !isRefused, `5: ${frame.text} had somebody to go to`);
  }
}
