// What people do with their names, and to whom they will not listen.
import { isVouchedFor, SPELLINGS, tokenOf, userOf } from "./actors.ts";
import type { Visit } from "./session-oracle.ts";
import type { Step } from "./steps.ts";

export function own(
  { peer, person, holding, join, state }: Visit,
  what: "register" | "release" | "rotate",
): void {
  if (state === "refused" || state === "out") return;
  if (what === "release") holding.releases();
  if (what === "register") holding.registers();
  if (what !== "rotate") peer.send({ type: what });
  else if (!isVouchedFor(person))
    peer.send({ type: what, token: tokenOf(person, join.username, true) });
}

export function shutOut(
  visit: Visit,
  { do: type, who, byName }: Extract<Step, { do: "block" | "unblock" }>,
): void {
  const { peer, holding, state } = visit;
  if (state === "refused" || state === "out") return;
  const user = userOf(who);
  const username = SPELLINGS[who][0] ?? who;
  if (type === "unblock") holding.unblocks(user);
  else visit.hasBlocked = true;
  const isByName = byName && type === "block";
  peer.send({ type, ...(isByName ? { username } : { user }) });
}
