// Busy room: messages that the server batches arrive in order, complete and once.
import { describe, expect, test } from "vitest";
import type { Client } from "./support/client.ts";
import { connect } from "./support/client.ts";
import { SUBPROTOCOL } from "./support/connection.ts";
import type { Frame } from "./support/frames.ts";
import {
  join,
  joinAll,
  joinFrame,
  joinMany,
  joinText,
  type Member,
} from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

// So many listeners that the server has reason to batch frames.
const GUESTS = 4;
const CONNECTIONS_EACH = 15;
const EACH = 80;
const SPEAKERS = 3;
const HEAD = SPEAKERS * EACH;
const PATIENCE_MS = 20_000;

/** All room events that this client has received, by number. */
function seqsOf(frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) => {
    if (frame.type === "history") return frame.messages.map(({ seq }) => seq);
    const isRepeated = frame.type === "ack" && frame.duplicate;
    return "seq" in frame && frame.type !== "welcome" && !isRepeated
      ? [frame.seq]
      : [];
  });
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

/** Waits for the last event, which may have come with the first page. */
async function hearAll(client: Client): Promise<readonly Frame[]> {
  const isLast = (frame: Frame) => seqsOf([frame]).includes(HEAD);
  if (!client.inbox.seen.some(isLast))
    await client.inbox.next(isLast, `event ${HEAD}`, PATIENCE_MS);
  return client.inbox.seen;
}

/** Sends all messages of this speaker without waiting for answers. */
function talk(speaker: Client): void {
  for (let word = 0; word < EACH; word++) {
    const frame = { type: "message", text: `word ${word}`, id: `id-${word}` };
    speaker.send(frame);
    // Every tenth is sent twice: the first may not be stored yet.
    if (word % 10 === 0) speaker.send(frame);
  }
}

async function busyRoom() {
  const room = uniqueName("lobby");
  const speakers = await joinAll(room, "alice", "bob", "carol");
  const guests: Member[] = [];
  for (const guest of await joinMany(room, GUESTS)) {
    const more = Array.from({ length: CONNECTIONS_EACH - 1 }, () =>
      join(room, guest.person, { history: 0 }),
    );
    guests.push(guest, ...(await Promise.all(more)));
  }
  return { room, speakers, guests };
}

describe("promise 1: one order", { timeout: 60_000 }, () => {
  test("everybody gets every message once and in one order, with acks in their place", async () => {
    const { room, speakers, guests } = await busyRoom();
    const protocols = [SUBPROTOCOL];
    const dave = await join(room, person("dave"), {}, { protocols });
    const reader = await joinText(room, person("reader"));
    for (const speaker of speakers) talk(speaker);

    const texts = new Map<number, string>();
    for (const frame of await hearAll(dave))
      if (frame.type === "message")
        texts.set(frame.seq, `${frame.username}: ${frame.text}`);
    expect([...texts.keys()]).toEqual(range(1, HEAD));
    for (const member of [...guests.slice(0, 10), ...speakers]) {
      const frames = await hearAll(member);
      expect(seqsOf(frames)).toEqual(range(1, HEAD));
      for (const frame of frames)
        if (frame.type === "message")
          expect(`${frame.username}: ${frame.text}`).toBe(texts.get(frame.seq));
    }
    await reader.line(texts.get(HEAD) ?? "");
    const lines = reader.inbox.seen.filter((line) => line.includes(": word "));
    expect(lines).toEqual([...texts.values()]);
  });

  // The dedupe window includes pending messages.
  test("a message that is sent twice gets two acks, the repeated one second", async () => {
    const { speakers } = await busyRoom();
    for (const speaker of speakers) talk(speaker);
    for (const speaker of speakers) {
      await hearAll(speaker);
      await speaker.sendMessage("done");
      const acks = speaker.inbox.seen.flatMap((frame) =>
        frame.type === "ack" && "seq" in frame ? [frame] : [],
      );
      for (let word = 0; word < EACH; word += 10) {
        const own = acks.filter(({ id }) => id === `id-${word}`);
        expect(own).toHaveLength(2);
        expect(own[0]).not.toHaveProperty("duplicate");
        expect(own[1]).toEqual({ ...own[0], duplicate: true });
      }
    }
  });
});

// Snapshot and subscription are one synchronous step.
test("a user who joins a busy room misses nothing and gets nothing twice", async () => {
  const { room, speakers, guests } = await busyRoom();
  const [{ welcome }] = speakers;
  const newcomers: Client[] = [];
  for (let n = 0; n < 24; n++) {
    const protocols = n % 2 === 0 ? [SUBPROTOCOL] : [];
    newcomers.push(await connect(room, { protocols }));
  }
  for (const speaker of speakers) talk(speaker);
  const names = newcomers.map((newcomer, n) => {
    const who = person("late");
    const since = { since: 0, epoch: welcome.epoch };
    newcomer.send(joinFrame(who, n % 3 === 0 ? { history: 200 } : since));
    return who.name;
  });
  const earlier = [...speakers, ...guests].map(({ name }) => name);
  const everybody = [...new Set([...earlier, ...names])].sort();
  // Sent after all joins: from now on there are no more presence events.
  for (const newcomer of newcomers)
    await newcomer.next("welcome", {}, PATIENCE_MS);
  const [alice] = speakers;
  await hearAll(alice);
  const last = await alice.sendMessage("done");
  for (const newcomer of newcomers) {
    const frames = await newcomer.inbox
      .next((frame) => seqsOf([frame]).includes(last.seq), "end", PATIENCE_MS)
      .then(() => newcomer.inbox.seen);
    const [first] = frames;
    if (first?.type !== "welcome") throw new Error("no welcome first");
    expect(first.more).toBe(false);
    const from = first.resumed ? 1 : Math.max(1, first.seq - 199);
    expect(seqsOf(frames)).toEqual(range(from, last.seq));
    const told = frames.flatMap((frame) =>
      frame.type === "joined" ? [frame.username] : [],
    );
    expect([...first.members, ...told].sort()).toEqual(everybody);
  }
}, 60_000);

test("the room gets the last message of a user before it is told that they left", async () => {
  const { room, speakers, guests } = await busyRoom();
  const [guest] = guests;
  if (!guest) throw new Error("unreachable");
  const dave = await join(room, person("dave"));
  for (const speaker of speakers) talk(speaker);
  dave.send({ type: "message", text: "goodbye, all", id: "bye" });
  dave.send({ type: "leave" });
  const own = await dave.until("left", { username: dave.name }, PATIENCE_MS);
  const acks = own.filter(({ type }) => type === "ack");
  expect(acks).toMatchObject([{ id: "bye" }]);
  const heard = await guest.until("left", { username: dave.name }, PATIENCE_MS);
  const before = heard.filter(
    (frame) => frame.type === "message" && frame.username === dave.name,
  );
  expect(before).toMatchObject([{ text: "goodbye, all" }]);
}, 60_000);
