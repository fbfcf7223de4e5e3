// Account steps: users of the model register, release and rotate names, and block or unblock other users.
import { isAppUser, SPELLINGS, tokenOf, userOf } from "./actors.ts";
import type { Session } from "./session-oracle.ts";
import type { Step } from "./steps.ts";

export function sendAccountCommand(
  { peer, person, record, join, state }: Session,
  what: "register" | "release" | "rotate",
): void {
  if (state === "refused" || state === "left") return;
  if (what === "release") record.noteRelease();
  if (what === "register") record.noteRegister();
  if (what !== "rotate") peer.send({ type: what });
  else if (!isAppUser(person))
    peer.send({ type: what, token: tokenOf(person, join.username, true) });
}

export function sendBlockCommand(
  session: Session,
  { do: type, who, byName }: Extract<Step, { do: "block" | "unblock" }>,
): void {
  const { peer, record, state } = session;
  if (state === "refused" || state === "left") return;
  const user = userOf(who);
  const username = SPELLINGS[who][0] ?? who;
  if (type === "unblock") record.noteUnblock(user);
  else session.hasBlocked = true;
  const isByName = byName && type === "block";
  peer.send({ type, ...(isByName ? { username } : { user }) });
}
