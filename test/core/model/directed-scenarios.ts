// Directed scenarios: the model forces events together that seldom meet by chance, such as a message to a user who disconnects.
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { PendingCall } from "../support/world.ts";
import { sendAccountCommand, sendBlockCommand } from "./account-steps.ts";
import { isAppUser, pick, SPELLINGS } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import type { Session } from "./session-oracle.ts";
import type { Step } from "./steps.ts";

export type DirectedStep = Extract<Step, { other: number }>;

export function runDirectedStep(
  conversation: Conversation,
  step: DirectedStep,
): void {
  const here = conversation.sessions.filter(({ isJoined }) => isJoined);
  const one = pick(here, step.visit);
  if (one === undefined) return;
  const other = pick(
    here.filter(({ key }) => key !== one.key),
    step.other,
  );
  switch (step.do) {
    case "writeAsTheyGo":
      one.peer.close();
      if (other !== undefined) sendPrivate(conversation, other, one);
      conversation.world.settle();
      return;
    case "writeAsTheyCome":
      if (other !== undefined) writeAsTheyCome(conversation, other, one);
      return;
    case "takeUnheard":
      takeUnheard(conversation, one);
      return;
    case "writeThoughBlocked":
      if (other !== undefined) writeThoughBlocked(conversation, other, one);
      return;
    case "giveUp":
      conversation.peersWithoutIds.add(one.peer);
      for (const what of ["register", "release"] as const) {
        sendAccountCommand(one, what);
        conversation.world.settle();
        conversation.observe();
      }
      return;
    default:
      step satisfies never;
  }
}

function sendPrivate(
  conversation: Conversation,
  from: Session,
  to: Session,
): void {
  const text = `${conversation.sentMessages.length}`;
  const addressee = to.join.username;
  conversation.send(from, { type: "private", to: addressee, text });
}

/** Sends a private message to a user who is disconnected, joins, and is disconnected again. */
function writeAsTheyCome(
  conversation: Conversation,
  from: Session,
  to: Session,
): void {
  const { world } = conversation;
  to.peer.close();
  world.settle();
  const again = conversation.join(to.device, to.room, to.join.username);
  const entering = world.pendingCalls.at(-1);
  if (entering?.ops.some(({ type }) => type === "enter") !== true) return;
  world.deliver(entering);
  sendPrivate(conversation, from, to);
  world.settle((call) => call === entering);
  again.peer.close();
  world.settle();
}

function writeThoughBlocked(
  conversation: Conversation,
  from: Session,
  to: Session,
): void {
  const who = from.person;
  conversation.peersWithoutIds.add(to.peer);
  sendBlockCommand(to, { do: "block", visit: 0, who, byName: false });
  conversation.world.settle();
  conversation.observe();
  sendPrivate(conversation, from, to);
  conversation.world.settle();
}

/** An app's user takes a name, and the call that evicts its holder is lost. */
function takeUnheard(conversation: Conversation, from: Session): void {
  const { world, scene, devices } = conversation;
  const taker = devices.find(({ person }) => isAppUser(person));
  const name = SPELLINGS.ursula.find((one) => nameKey(one) === from.key);
  if (!scene.hasApp || taker === undefined || name === undefined) return;
  const isEviction = ({ ops }: PendingCall) =>
    ops.some(({ type }) => type === "evict");
  conversation.join(taker, from.room, name);
  world.settle(isEviction);
  for (const call of world.pendingCalls.filter(isEviction)) world.lose(call);
  world.settle();
}
