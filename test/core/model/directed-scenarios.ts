// What seldom meets by chance, and is to be seen: somebody is written to as they go or come, or loses a name unheard.
import { nameKey } from "../../../src/protocol/names.ts";
import type { Flight } from "../support/world.ts";
import { own, shutOut } from "./account-steps.ts";
import { isVouchedFor, pick, SPELLINGS } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import type { Visit } from "./session-oracle.ts";
import type { Step } from "./steps.ts";

export type Pointed = Extract<Step, { other: number }>;

export function point(conversation: Conversation, step: Pointed): void {
  const here = conversation.visits.filter(({ isIn }) => isIn);
  const one = pick(here, step.visit);
  if (one === undefined) return;
  const other = pick(
    here.filter(({ key }) => key !== one.key),
    step.other,
  );
  switch (step.do) {
    case "writeAsTheyGo":
      one.peer.close();
      if (other !== undefined) write(conversation, other, one);
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
      conversation.nameless.add(one.peer);
      for (const what of ["register", "release"] as const) {
        own(one, what);
        conversation.world.settle();
        conversation.look();
      }
      return;
    default:
      step satisfies never;
  }
}

function write(conversation: Conversation, from: Visit, to: Visit): void {
  const text = `${conversation.sayings.length}`;
  const addressee = to.join.username;
  conversation.speak(from, { type: "private", to: addressee, text });
}

/** All they had was cut; as they come in again they are cut again. */
function writeAsTheyCome(
  conversation: Conversation,
  from: Visit,
  to: Visit,
): void {
  const { world } = conversation;
  to.peer.close();
  world.settle();
  const again = conversation.join(to.device, to.room, to.join.username);
  const entering = world.flights.at(-1);
  if (entering?.ops.some(({ type }) => type === "enter") !== true) return;
  world.deliver(entering);
  write(conversation, from, to);
  world.settle((flight) => flight === entering);
  again.peer.close();
  world.settle();
}

function writeThoughBlocked(
  conversation: Conversation,
  from: Visit,
  to: Visit,
): void {
  const who = from.person;
  conversation.nameless.add(to.peer);
  shutOut(to, { do: "block", visit: 0, who, byName: false });
  conversation.world.settle();
  conversation.look();
  write(conversation, from, to);
  conversation.world.settle();
}

/** The room does not hear that somebody lost their name there. */
function takeUnheard(conversation: Conversation, from: Visit): void {
  const { world, scene, devices } = conversation;
  const taker = devices.find(({ person }) => isVouchedFor(person));
  const name = SPELLINGS.ursula.find((one) => nameKey(one) === from.key);
  if (!scene.hasApp || taker === undefined || name === undefined) return;
  const isEviction = ({ ops }: Flight) =>
    ops.some(({ type }) => type === "evict");
  conversation.join(taker, from.room, name);
  world.settle(isEviction);
  for (const flight of world.flights.filter(isEviction)) world.lose(flight);
  world.settle();
}
