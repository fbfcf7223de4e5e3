// Erasing: a test plays a user through every feature that stores anything, erases the user, and reads every table.
import {
  ERASURES,
  type ErasureState,
} from "../../../src/core/shared/erase-requests.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { nameKey } from "../../../src/protocol/name-key.ts";
import { moderatedRoom } from "./moderated-room.ts";
import type { Peer } from "./peer.ts";
import { identityOf, join, userOf } from "./people.ts";
import type { World } from "./world.ts";

/** The user who is erased. No other text of a scene has these words. */
export const VICTIM = "Zelda";
export const USER = userOf(VICTIM);
const SECRET_WORD = "xyzzy";
const TRACES = [
  ...[USER, identityOf(VICTIM), VICTIM, nameKey(VICTIM), SECRET_WORD],
];

export interface ErasingScene {
  readonly world: World;
  readonly alice: Peer;
  readonly mia: Peer;
  readonly bob: Peer;
  readonly carol: Peer;
  readonly victim: Peer;
}

/** Zelda does everything, in the lobby and elsewhere, and others do it with her. */
export function playVictim(
  settings: Parameters<typeof moderatedRoom>[0] = {},
): ErasingScene {
  const room = moderatedRoom({ RATE_PER_SECOND: 0, ...settings });
  const { world, owner: alice, mod: mia, bob, carol } = room;
  // Dora is away, and in no letter.
  join(world, "den", "dora");
  const query = { network: "one network" };
  const victim = join(world, "lobby", VICTIM, { query });
  victim.send("/register");
  world.settle();
  const say = (peer: Peer, frame: object) => {
    peer.send(JSON.stringify(frame));
    world.settle();
    world.pass(50);
    const [refused] = peer.all("error");
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    const ack = peer.all("ack").at(-1);
    return ack !== undefined && "seq" in ack ? (ack.seq ?? 0) : 0;
  };
  const moderate = (peer: Peer, action: string, more: object) =>
    say(peer, { type: "moderate", action, ...more });
  const word = `my ${SECRET_WORD}`;
  const first = say(victim, { type: "message", text: word, id: "a1" });
  const edited = say(victim, {
    ...{ type: "message", text: `${word} once`, id: "a2", data: { word } },
  });
  say(victim, { type: "edit", of: edited, text: `${word} again`, id: "a3" });
  say(victim, { type: "message", text: `@carol ${word}`, id: "a7" });
  say(victim, { type: "message", text: `@dora ${word}`, id: "a8" });
  // The event names her, and the text does not any more.
  const hi = say(bob, { type: "message", text: `hi @${VICTIM}`, id: "b4" });
  say(bob, { type: "edit", of: hi, text: "hi", id: "b5" });
  const hers = say(bob, { type: "message", text: "a message", id: "b1" });
  say(bob, { type: "message", text: "a reply", replyTo: first, id: "b2" });
  const root = say(bob, { type: "message", text: "a root", id: "b3" });
  say(victim, { type: "message", text: word, thread: root, id: "a4" });
  const gone = say(victim, { type: "message", text: word, id: "a5" });
  say(victim, { type: "delete", of: gone, id: "a6", reason: word });
  for (const [peer, of, emoji] of [
    ...([[victim, hers, "👍"]] as const),
    ...([[victim, root, "🎉"]] as const),
    ...([[bob, first, "👍"]] as const),
    ...([[bob, root, "🎉"]] as const),
  ])
    say(peer, { type: "react", of, emoji, on: true, id: `e${of}` });
  say(victim, { type: "react", of: root, emoji: "🎉", on: false });
  say(bob, { type: "report", of: first, reason: "spam by her", id: "r1" });
  say(victim, { type: "report", of: hers, reason: word, id: "r2" });
  moderate(alice, "role", { username: VICTIM, role: "moderator" });
  say(victim, { type: "pin", of: first, on: true, id: "p1" });
  say(victim, { type: "pin", of: hers, on: true, id: "p2" });
  moderate(victim, "topic", { text: word });
  moderate(victim, "mute", { username: "bob", reason: word, for: 60 });
  moderate(victim, "unmute", { username: "bob" });
  say(carol, { type: "report", of: root, reason: "odd" });
  say(victim, { type: "close_report", report: 3, outcome: "resolved" });
  moderate(alice, "member", { username: VICTIM });
  moderate(alice, "mute", { username: VICTIM, reason: "of her" });
  moderate(alice, "unmute", { username: VICTIM });
  say(victim, { type: "private", to: "carol", text: word, id: "m1" });
  say(victim, { type: "private", to: "bob", text: word, id: "m2" });
  say(carol, { type: "private", to: VICTIM, text: "a letter", id: "m3" });
  say(mia, { type: "private", to: VICTIM, text: "a letter", id: "m4" });
  say(victim, { type: "block", user: userOf("mia") });
  say(bob, { type: "block", user: USER });
  const hall = join(world, "hall", VICTIM);
  hall.send(word);
  world.pass(1000);
  // What is still being imported, and where she never was.
  join(world, "attic", "carol").send("quiet here");
  world.settle();
  const line = JSON.stringify({
    ...{ type: "message", seq: 1, room: "attic", user: USER },
    ...{ username: VICTIM, text: word, at: 7 },
  });
  const step = { kind: "begin", first: 1, lines: [line] } as const;
  world.askRoom("attic", { type: "import-log", id: "one", step });
  moderate(alice, "ban", { username: VICTIM, reason: "of her" });
  world.pass(2000);
  return { world, alice, mia, bob, carol, victim };
}

/** Asks the service of erasures. */
export function askErasures(world: World, op: Op): Reply | null {
  let answer: Reply | null = null;
  world.service(ERASURES).ask([op], (replies) => {
    answer = replies?.[0] ?? null;
  });
  return answer;
}

export function erasureState(world: World): ErasureState {
  const reply = askErasures(world, { type: "read-erasure", user: USER });
  if (reply?.type !== "erasure") throw new Error(JSON.stringify(reply));
  return reply;
}

/** @returns the tables that still have something of the user, by object */
export function tracesOf(world: World): string[] {
  return world.hosts.flatMap(({ address: { kind, name }, database }) =>
    Object.entries(database.tables).flatMap(([table, rows]) =>
      TRACES.filter((trace) => JSON.stringify(rows).includes(trace)).map(
        (trace) => `${kind} ${name}: ${trace} in ${table}`,
      ),
    ),
  );
}
