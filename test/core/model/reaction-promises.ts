// Reaction promises: the model checks that reactions are counted exactly, and that folded pages show the fold of all events.
import assert from "node:assert/strict";
import type { ReactFrame } from "../../../src/protocol/client-frames.ts";
import type {
  FoldedEvent,
  ReactedEvent,
} from "../../../src/protocol/room-events.ts";
import { FoldOracle } from "../support/fold-oracle.ts";
import type { World } from "../support/world.ts";
import { type RoomName, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import type { readLog } from "./quiesce.ts";
import type { Session } from "./session-oracle.ts";

export const EMOJI = ["👍", "🎉", "👏"] as const;

/** A reaction that a client has sent, even if the server has not received it. */
export interface SentReaction {
  readonly session: Session;
  readonly frame: ReactFrame;
}

type Log = ReturnType<typeof readLog>;

/** Each person is counted once, and an ack names an event that made it so. */
export function expectReactions(
  conversation: Conversation,
  room: RoomName,
  { epoch, events }: Log,
): void {
  const oldest = events[0]?.seq ?? 1;
  /** For each message and emoji: the users after each event about it. */
  const histories = new Map<string, { seq: number; users: Set<string> }[]>();
  for (const event of events) {
    if (event.type !== "reacted" || event.of < oldest) continue;
    const key = `${event.of} ${event.emoji}`;
    const history = histories.get(key) ?? [];
    histories.set(key, history);
    const before = history.at(-1)?.users ?? new Set<string>();
    history.push({ seq: event.seq, users: usersAfter(event, before) });
  }
  const { sentReactions, sessions } = conversation;
  for (const session of each(sessions)) {
    if (session.room !== room) continue;
    const user = userOf(session.person);
    for (const ack of session.reactionAcks) {
      if (ack.epoch !== epoch) continue;
      const sent = sentReactions.find(({ frame }) => frame.id === ack.id);
      assert.ok(sent !== undefined, "an ack answers a reaction");
      const { of, emoji, on } = sent.frame;
      if (of < oldest) continue;
      assert.ok(ack.seq >= of, "3: an ack names no older event");
      // A user who changed their mind may be acked by what was so before.
      const isFirm = sentReactions.every(
        ({ session: other, frame }) =>
          other.person !== session.person ||
          frame.of !== of ||
          frame.emoji !== emoji ||
          frame.on === on,
      );
      if (!isFirm) continue;
      const { users = new Set<string>() } =
        (histories.get(`${of} ${emoji}`) ?? []).findLast(
          ({ seq }) => seq <= ack.seq,
        ) ?? {};
      assert.equal(users.has(user), on, "3: an ack names what made it so");
    }
  }
}

function usersAfter(
  { added, removed, count }: ReactedEvent,
  before: ReadonlySet<string>,
): Set<string> {
  const users = new Set(before);
  for (const { user } of removed)
    assert.ok(users.delete(user), "3: nobody takes back what was not there");
  for (const { user } of added) {
    assert.ok(!users.has(user), "3: nobody reacts twice");
    users.add(user);
  }
  assert.ok(added.length + removed.length > 0, "an event has a user");
  assert.equal(count, users.size, "3: the count is exact");
  return users;
}

/** Folded pages, of the room and of each thread, hold what all events lead to. */
export function expectFolded(
  { world }: Conversation,
  room: RoomName,
  { events }: Log,
): void {
  const oracle = new FoldOracle(events);
  assert.deepEqual(readFolded(world, room, {}), oracle.all(null));
  const threads = new Set(
    events.flatMap((event) =>
      event.type === "message" ? (event.thread ?? []) : [],
    ),
  );
  for (const thread of threads)
    assert.deepEqual(
      readFolded(world, room, { thread }),
      oracle.thread(thread, null),
    );
}

/** Reads folded pages from the newest to the oldest. */
function readFolded(
  world: World,
  room: RoomName,
  query: { readonly thread?: number },
): FoldedEvent[] {
  let read: FoldedEvent[] = [];
  let before: number | undefined;
  for (;;) {
    const page = world.askRoom(room, {
      ...{ type: "messages", fold: true, limit: 25, before },
      ...query,
    });
    assert.ok(page.type === "page" && page.from !== undefined);
    read = [
      ...page.lines.map((line): FoldedEvent => JSON.parse(line)),
      ...read,
    ];
    if (!page.more) return read;
    assert.ok(before === undefined || page.from < before, "pages go on");
    before = page.from;
  }
}
