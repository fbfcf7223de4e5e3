// Resume: a client that was away gets each missed event once.
import { describe, expect, test } from "vitest";
import type { Client } from "./support/client.ts";
import { connect } from "./support/client.ts";
import type { Frame } from "./support/frames.ts";
import { join, joinAll, joinFrame, type Member } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

/** The numbers of all events among these frames. */
function seqsOf(frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) =>
    frame.type === "message" || frame.type === "ack"
      ? "seq" in frame
        ? [frame.seq]
        : []
      : frame.type === "history"
        ? frame.messages.map(({ seq }) => seq)
        : [],
  );
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

async function sayAll(member: Client, texts: readonly string[]) {
  for (const text of texts) member.send({ type: "message", text, id: text });
  const last = texts.at(-1);
  if (last !== undefined) await member.until("ack", { id: last });
}

/** Several senders at once, so that none meets the rate limit. */
async function sayMany(speakers: readonly Member[], each: number) {
  const texts = () => Array.from({ length: each }, uniqueId);
  await Promise.all(speakers.map((speaker) => sayAll(speaker, texts())));
}

// A join with `since` and `epoch` gets all later events.
describe("coming back", () => {
  test("bob resumes and gets the events that he missed, in order", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, bob] = await joinAll(room, "alice", who);
    const { seq } = await alice.sendMessage("before");
    await bob.next("message");
    const { epoch } = bob.welcome;
    bob.drop();
    await sayAll(alice, ["one", "two", "three"]);
    const back = await join(room, who, { since: seq, epoch });
    expect(back.welcome).toMatchObject({
      resumed: true,
      gap: false,
      more: false,
      seq: seq + 3,
      epoch,
    });
    await alice.sendMessage("four");
    const frames = await back.until("message", { text: "four" });
    expect(frames).toMatchObject(
      ["one", "two", "three", "four"].map((text, n) => ({
        type: "message",
        text,
        seq: seq + 1 + n,
        username: alice.name,
      })),
    );
  });

  test("bob resumes and gets his own messages too, with their ids", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const bob = await join(room, who);
    await bob.sendMessage("mine", "my-id");
    const { epoch } = bob.welcome;
    const back = await join(room, who, { since: 0, epoch });
    expect(await back.next("message")).toMatchObject({
      seq: 1,
      text: "mine",
      id: "my-id",
      username: who.name,
    });
  });

  test("bob resumes without missed events and gets only later ones", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, bob] = await joinAll(room, "alice", who);
    const { seq } = await alice.sendMessage("hello");
    const { epoch } = bob.welcome;
    const back = await join(room, who, { since: seq, epoch });
    expect(back.welcome).toMatchObject({ resumed: true, gap: false });
    expect(await back.unread()).toEqual([]);
    await alice.sendMessage("more");
    await back.next("message", { text: "more" });
  });

  test("a user who never got an event resumes from 0", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    await sayAll(alice, ["one", "two"]);
    const { epoch } = alice.welcome;
    const bob = await join(room, person("bob"), { since: 0, epoch });
    expect(bob.welcome).toMatchObject({ resumed: true, gap: false });
    expect(seqsOf(await bob.unread())).toEqual([1, 2]);
  });

  test("a user can resume in a room without messages", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const { welcome } = await join(room, who);
    const { epoch } = welcome;
    const back = await join(room, who, { since: welcome.seq, epoch });
    expect(back.welcome).toMatchObject({ resumed: true, gap: false });
    expect(await back.unread()).toEqual([]);
  });

  test("bob resumes after the room was empty", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const alice = await join(room, person("alice"));
    await sayAll(alice, ["one", "two"]);
    await alice.close();
    const { epoch } = alice.welcome;
    const bob = await join(room, who, { since: 1, epoch });
    expect(bob.welcome).toMatchObject({ resumed: true, epoch, seq: 2 });
    expect(seqsOf(await bob.unread())).toEqual([2]);
  });

  test("a resume within the user's own newest messages has more: false", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    await sayAll(alice, ["one", "two", "three"]);
    const { epoch } = alice.welcome;
    const bob = await join(room, person("bob"), { since: 2, epoch });
    expect(bob.welcome.more).toBe(false);
    expect(seqsOf(await bob.unread())).toEqual([3]);
  });
});

// If events are missing, the welcome has `gap:true`.
describe("what cannot be resumed is told as a gap", () => {
  test.for([
    { why: "the epoch is left out", since: 1, epoch: undefined },
    { why: "the epoch is another", since: 1, epoch: "another" },
    { why: "since is above the head", since: 4, epoch: "theirs" },
    { why: "since is far above the head", since: 1e15, epoch: "theirs" },
  ])(
    "bob cannot resume and is told of a gap when $why",
    async ({ since, epoch }) => {
      const room = uniqueName("lobby");
      const alice = await join(room, person("alice"));
      await sayAll(alice, ["one", "two", "three"]);
      const asked = epoch === "theirs" ? alice.welcome.epoch : epoch;
      const fields = asked === undefined ? { since } : { since, epoch: asked };
      const bob = await join(room, person("bob"), fields);
      expect(bob.welcome).toMatchObject({ resumed: false, gap: true, seq: 3 });
      expect(bob.page?.messages).toMatchObject([
        { seq: 1 },
        { seq: 2 },
        { seq: 3 },
      ]);
      expect(await bob.unread()).toEqual([]);
    },
  );

  test("a join with an epoch and without since is an ordinary join", async () => {
    const room = uniqueName("lobby");
    const { epoch } = (await join(room, person("alice"))).welcome;
    const bob = await join(room, person("bob"), { epoch });
    expect(bob.welcome).toMatchObject({ resumed: false, gap: false });
    expect(bob.page?.messages).toEqual([]);
  });
});

// A replay has at most 500 events or 256 KiB, then `more:true` and pages.
describe("much to catch up with", () => {
  async function catchUp(bob: Member, head: number): Promise<Frame[]> {
    const frames = await bob.unread();
    let next = seqsOf(frames).at(-1) ?? 0;
    for (;;) {
      bob.send({ type: "history", after: next, limit: 200 });
      const page = await bob.next("history");
      frames.push(page);
      next = page.messages.at(-1)?.seq ?? head;
      if (!page.more) return frames;
    }
  }

  test("bob resumes with at most 500 events and pages on from there", async () => {
    const room = uniqueName("lobby");
    const speakers = await joinAll(room, "alice", "carol", "dave", "erin");
    await sayMany(speakers, 140);
    const { epoch } = speakers[0].welcome;
    const bob = await join(room, person("bob"), { since: 0, epoch });
    expect(bob.welcome).toMatchObject({
      resumed: true,
      gap: false,
      more: true,
      seq: 560,
    });
    const frames = await catchUp(bob, 560);
    const replayed = frames.filter(({ type }) => type === "message");
    expect(replayed.length).toBeGreaterThan(0);
    expect(replayed.length).toBeLessThanOrEqual(500);
    // Bob's next message came after the whole replay.
    expect(seqsOf(frames)).toEqual(range(1, 561));
  }, 60_000);

  test("bob resumes with at most 256 KiB and pages on from there", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const long = "😀".repeat(3900);
    for (let turn = 1; turn <= 40; turn++)
      alice.send({ type: "message", text: `${turn} ${long}` });
    await alice.until("ack", { seq: 40 }, 10_000);
    const { epoch } = alice.welcome;
    const bob = await join(room, person("bob"), { since: 0, epoch });
    expect(bob.welcome).toMatchObject({ resumed: true, more: true, seq: 40 });
    const frames = await catchUp(bob, 40);
    const replayed = frames.flatMap((frame) =>
      frame.type === "message" ? [Buffer.byteLength(frame.text)] : [],
    );
    const bytes = replayed.reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
    expect(seqsOf(frames)).toEqual(range(1, 41));
  }, 60_000);
});

// Snapshot and subscription are one synchronous step.
describe("joining while others talk", () => {
  const each = 100;
  const head = 3 * each;

  test.for([
    { how: "resume from 0", resume: true },
    { how: "join afresh", resume: false },
  ])(
    "users who $how miss nothing and get nothing twice",
    { timeout: 60_000 },
    async ({ resume }) => {
      const room = uniqueName("lobby");
      const speakers = await joinAll(room, "alice", "carol", "dave");
      const { epoch } = speakers[0].welcome;
      const talk = (async () => {
        for (let turn = 0; turn < each / 10; turn++)
          await sayMany(speakers, 10);
      })();
      const listeners: Client[] = [];
      for (let n = 0; n < 12; n++) {
        const listener = await connect(room);
        const fields = resume ? { since: 0, epoch } : { history: 200 };
        listener.send(joinFrame(person("late"), fields));
        await listener.next("welcome");
        listeners.push(listener);
      }
      await talk;
      for (const listener of listeners) {
        const isLast = (frame: Frame) => seqsOf([frame]).includes(head);
        await listener.inbox.next(isLast, `event ${head}`);
        const [welcome, ...frames] = listener.inbox.seen;
        if (welcome?.type !== "welcome") throw new Error("no welcome first");
        expect(welcome.more).toBe(false);
        const first = resume ? 1 : Math.max(1, welcome.seq - 199);
        expect(seqsOf(frames)).toEqual(range(first, head));
      }
    },
  );
});
