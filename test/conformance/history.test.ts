// History: pages of messages in both directions, by socket and by HTTP.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { Client } from "./support/client.ts";
import { connect } from "./support/client.ts";
import { Page } from "./support/frames.ts";
import { ask, expectProblem } from "./support/http-client.ts";
import { join, joinAll, joinFrame, type Member } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

/** A member who has sent "word 1" to "word n" in a new room. */
async function speakerOf(words: number, room: string): Promise<Member> {
  const alice = await join(room, person("alice"));
  for (let word = 1; word <= words; word++)
    alice.send({ type: "message", text: `word ${word}` });
  if (words > 0) await alice.until("ack", { seq: words });
  return alice;
}

async function pageBySocket(
  client: Client,
  query: Record<string, number>,
): Promise<Page> {
  client.send({ type: "history", ...query });
  return client.next("history");
}

async function pageByHttp(
  room: string,
  query: Record<string, number>,
): Promise<Page> {
  const search = Object.entries(query).map(([name, n]) => `${name}=${n}`);
  const path = `/rooms/${encodeURIComponent(room)}/messages?${search.join("&")}`;
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return v.parse(Page, body);
}

function seqs(page: Page | undefined): number[] {
  return page?.messages.map(({ seq }) => seq) ?? [];
}

/** All numbers from the first to the last. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

// The newest page has 50 messages, unless `history` asks for another number.
describe("the page that comes with a join", () => {
  test("bob joins and gets the newest 50 messages, and is told that there are more", async () => {
    const room = uniqueName("lobby");
    await speakerOf(60, room);
    const bob = await join(room, person("bob"));
    expect(seqs(bob.page)).toEqual(range(11, 60));
    expect(bob.page?.more).toBe(true);
    expect(bob.page?.epoch).toBe(bob.welcome.epoch);
    expect(bob.welcome.seq).toBe(60);
  });

  test("bob joins and gets as many messages as he asks for", async () => {
    const room = uniqueName("lobby");
    await speakerOf(12, room);
    const bob = await join(room, person("bob"), { history: 5 });
    expect(seqs(bob.page)).toEqual(range(8, 12));
    expect(bob.page?.more).toBe(true);
    const carol = await join(room, person("carol"), { history: 200 });
    expect(seqs(carol.page)).toEqual(range(1, 12));
    expect(carol.page?.more).toBe(false);
  });

  test("bob joins and gets no page when he asks for none", async () => {
    const room = uniqueName("lobby");
    await speakerOf(3, room);
    const bob = await join(room, person("bob"), { history: 0 });
    expect(await bob.unread()).toEqual([]);
  });

  test.for([201, -1, 1.5, "5", true])(
    "bob cannot join and ask for a page of %j messages",
    async (history) => {
      const bob = await connect(uniqueName("lobby"));
      const who = person("bob");
      await bob.refused({ ...joinFrame(who), history }, "bad_request");
      bob.send(joinFrame(who));
      await bob.next("welcome");
    },
  );

  test("bob's page has the same frames that carol got live", async () => {
    const room = uniqueName("lobby");
    const [alice, carol] = await joinAll(room, "alice", "carol");
    await alice.sendMessage("one", "my-id");
    await alice.sendMessage("two\nlines");
    const live = [await carol.next("message"), await carol.next("message")];
    const bob = await join(room, person("bob"));
    expect(bob.page?.messages).toEqual(live);
    expect((await pageByHttp(room, {})).messages).toEqual(live);
  });
});

// Cursors are exclusive, pages ascend, and the limit is 1 to 200.
describe.for([
  { way: "by socket", read: pageBySocket },
  {
    way: "by HTTP",
    read: (reader: Member, query: Record<string, number>) =>
      pageByHttp(reader.welcome.room, query),
  },
])("pages $way", ({ read }) => {
  test("alice pages back to the beginning", async () => {
    const alice = await speakerOf(25, uniqueName("lobby"));
    const newest = await read(alice, { limit: 10 });
    expect(seqs(newest)).toEqual(range(16, 25));
    expect(newest.more).toBe(true);
    const older = await read(alice, { before: 16, limit: 10 });
    expect(seqs(older)).toEqual(range(6, 15));
    expect(older.more).toBe(true);
    const oldest = await read(alice, { before: 6, limit: 10 });
    expect(seqs(oldest)).toEqual(range(1, 5));
    expect(oldest.more).toBe(false);
  });

  test("alice pages on to the end", async () => {
    const alice = await speakerOf(25, uniqueName("lobby"));
    const oldest = await read(alice, { after: 0, limit: 10 });
    expect(seqs(oldest)).toEqual(range(1, 10));
    expect(oldest.more).toBe(true);
    const newer = await read(alice, { after: 10, limit: 10 });
    expect(seqs(newer)).toEqual(range(11, 20));
    expect(newer.more).toBe(true);
    const newest = await read(alice, { after: 20, limit: 10 });
    expect(seqs(newest)).toEqual(range(21, 25));
    expect(newest.more).toBe(false);
  });

  test("alice is told by a page that ends at the end that there is no more", async () => {
    const alice = await speakerOf(20, uniqueName("lobby"));
    expect(await read(alice, { before: 11, limit: 10 })).toHaveProperty(
      "more",
      false,
    );
    expect(await read(alice, { after: 10, limit: 10 })).toHaveProperty(
      "more",
      false,
    );
  });

  test("alice gets an empty page beyond both ends", async () => {
    const alice = await speakerOf(3, uniqueName("lobby"));
    const nothing = { messages: [], more: false };
    expect(await read(alice, { before: 1 })).toMatchObject(nothing);
    expect(await read(alice, { after: 3 })).toMatchObject(nothing);
    expect(await read(alice, { after: 1000 })).toMatchObject(nothing);
    expect(seqs(await read(alice, { before: 1000 }))).toEqual(range(1, 3));
  });

  test("alice gets a page of one message or of 200", async () => {
    const alice = await speakerOf(150, uniqueName("lobby"));
    expect(seqs(await read(alice, { before: 7, limit: 1 }))).toEqual([6]);
    expect(seqs(await read(alice, { after: 7, limit: 1 }))).toEqual([8]);
    const all = await read(alice, { limit: 200 });
    expect(seqs(all)).toEqual(range(1, 150));
    expect(all.more).toBe(false);
    expect(all.messages).toMatchObject(
      range(1, 150).map((word) => ({ text: `word ${word}` })),
    );
  });

  test("alice reads from a time on", async () => {
    const alice = await speakerOf(25, uniqueName("lobby"));
    const { messages } = await read(alice, { limit: 25 });
    const at = messages[11]?.at ?? 0;
    const first = messages.find((one) => one.at === at)?.seq ?? 0;
    const page = await read(alice, { at, limit: 5 });
    expect(page).toMatchObject({ at, more: first + 4 < 25 });
    expect(seqs(page)).toEqual(range(first, Math.min(25, first + 4)));
    const oldest = await read(alice, { at: 0, limit: 3 });
    expect(oldest).toMatchObject({ at: 0, more: true });
    expect(seqs(oldest)).toEqual([1, 2, 3]);
    const later = (messages.at(-1)?.at ?? 0) + 1;
    const none = { messages: [], more: false, at: later };
    expect(await read(alice, { at: later })).toMatchObject(none);
  });

  test("alice reads from a time on in a room without messages", async () => {
    const alice = await speakerOf(0, uniqueName("lobby"));
    const none = { messages: [], more: false, at: 1 };
    expect(await read(alice, { at: 1 })).toMatchObject(none);
  });

  test("alice gets an empty page in a room without messages", async () => {
    const alice = await speakerOf(0, uniqueName("lobby"));
    const page = await read(alice, {});
    expect(page).toMatchObject({ messages: [], more: false });
    expect(page.epoch).toBe(alice.welcome.epoch);
  });
});

describe("what cannot be asked", () => {
  test.for([
    { limit: 0 },
    { limit: 201 },
    { limit: -1 },
    { limit: 2.5 },
    { limit: "10" },
    { before: "x" },
    { after: -1 },
    { after: 1.5 },
    { before: null },
    { before: 5, after: 1 },
    { before: 5, at: 1 },
    { at: -1 },
    { at: "now" },
  ])("alice's request by socket for %j is refused", async (query) => {
    const alice = await speakerOf(3, uniqueName("lobby"));
    await alice.refused({ type: "history", ...query }, "bad_request");
    expect(seqs(await pageBySocket(alice, { limit: 2 }))).toEqual([2, 3]);
  });

  test.for([
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=2.5",
    "limit=ten",
    "before=x",
    "after=-1",
    "after=1.5",
    "before=5&after=1",
    "after=5&at=1",
    "at=now",
  ])("alice's request by HTTP for %s is refused", async (query) => {
    const room = uniqueName("lobby");
    await speakerOf(3, room);
    expectProblem(await ask(`/rooms/${room}/messages?${query}`), 400);
  });

  test("a room that nobody ever joined has no pages and no epoch", async () => {
    const page = await pageByHttp(uniqueName("nowhere"), {});
    expect(page).toEqual({ messages: [], more: false, epoch: null, asOf: 0 });
  });
});
