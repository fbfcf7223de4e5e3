// Restart: the server is killed with SIGKILL while users talk, and each acked message is stored once.
import * as v from "valibot";
import { expect, test } from "vitest";
import {
  type Frame,
  messagesOf,
  Page,
  type StoredEvent,
} from "../conformance/support/frames.ts";
import { ask } from "../conformance/support/http-client.ts";
import {
  join,
  joinAll,
  type Member,
  takeReleasedName,
} from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { startRestartable } from "./support/restartable-server.ts";

/** The messages of a sender, and the acks among them. */
interface Book<Ack> {
  readonly sent: string[];
  readonly acked: Map<string, Ack>;
}

/** Sends one message after the other until the connection ends. */
async function talk<Ack>(
  member: Member,
  lane: number,
  book: Book<Ack>,
  say: (id: string) => Promise<Ack>,
): Promise<void> {
  for (let n = 0; member.isOpen; n++) {
    const id = `${member.name} ${lane}.${n}`;
    book.sent.push(id);
    try {
      book.acked.set(id, await say(id));
    } catch {
      // The server is dead: this message stays unacked.
    }
  }
}

function newBook<Ack>(): Book<Ack> {
  return { sent: [], acked: new Map() };
}

function unacked({ sent, acked }: Book<unknown>): string[] {
  return sent.filter((id) => !acked.has(id));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The room's whole history, oldest first. */
async function historyOf(room: string) {
  const messages: StoredEvent[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const { body } = await ask(
      `/rooms/${room}/messages?after=${after}&limit=200`,
    );
    const page = v.parse(Page, body);
    messages.push(...page.messages);
    if (!page.more) return { messages, epoch: page.epoch };
  }
}

/** The numbers of all events that a member has seen, in order. */
function seqsSeen(member: Member): number[] {
  return member.inbox.seen.flatMap((frame) =>
    "seq" in frame && (frame.type === "message" || frame.type === "ack")
      ? [frame.seq]
      : [],
  );
}

test("users find every acked message in the history once after a kill, and go on", async () => {
  const { kill, start } = await startRestartable({ RATE_PER_SECOND: 0 });
  const room = uniqueName("lobby");
  const people = ["alice", "bob", "carol"].map(person);
  const members = await joinAll(room, ...people);
  const book = newBook<number>();
  const talks = members.flatMap((member) =>
    [1, 2, 3].map((lane) =>
      talk(member, lane, book, async (id) => {
        return (await member.sendMessage(`this is ${id}`, id)).seq;
      }),
    ),
  );
  await until(() => book.acked.size >= 300);
  await kill();
  await Promise.all(talks);
  expect(unacked(book).length).toBeGreaterThan(0);

  await start({ RATE_PER_SECOND: 0 });
  const page = await historyOf(room);
  const [messages, { epoch }] = [messagesOf(page), page];
  expect(epoch).toBe(members[0]?.welcome.epoch);
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
  const stored = new Map(messages.map((message) => [message.id, message]));
  expect(stored.size).toBe(messages.length);
  for (const [id, seq] of book.acked)
    expect(stored.get(id)).toMatchObject({ seq, text: `this is ${id}` });

  // Each member resumes after the last event it has seen.
  const back: Member[] = [];
  for (const [i, who] of people.entries()) {
    const seen = seqsSeen(members[i] ?? never());
    const since = seen.length;
    expect(seen).toEqual(seen.map((_, n) => n + 1));
    const member = await join(room, who, { since, epoch: epoch ?? "" });
    expect(member.welcome).toMatchObject({
      resumed: true,
      gap: false,
      seq: messages.length,
    });
    for (const missed of messages.slice(since))
      expect(await member.next("message")).toEqual(missed);
    back.push(member);
  }

  // Unacked messages are sent again, and some acked ones too.
  for (const member of back) {
    const own = book.sent.filter((id) => id.startsWith(member.name));
    for (const id of [...own.slice(0, 2), ...own.slice(-6)]) {
      const first = stored.get(id);
      const ack = await member.sendMessage("other words", id);
      expect(ack.duplicate).toBe(first && true);
      if (first) expect(ack).toMatchObject({ seq: first.seq, at: first.at });
      else expect(ack.seq).toBeGreaterThan(messages.length);
    }
  }
  const ids = messagesOf(await historyOf(room)).map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(book.sent));
  expect(ids).toHaveLength(book.sent.length);
});

test("users find every acked private message in the mail once after a kill", async () => {
  const { kill, start } = await startRestartable({ RATE_PER_SECOND: 0 });
  const [alice, bob] = [person("alice"), person("bob")];
  const sender = await join(uniqueName("lobby"), alice);
  const receiver = await join(uniqueName("kitchen"), bob);
  const book = newBook<string>();
  const tell = (member: Member, id: string) =>
    member.sendPrivate(bob.name, `psst ${id}`, { id });
  const talks = [1, 2, 3].map((lane) =>
    talk(sender, lane, book, async (id) => (await tell(sender, id)).private),
  );
  await until(() => book.acked.size >= 60);
  await kill();
  await Promise.all(talks);

  await start({ RATE_PER_SECOND: 0 });
  const again = await join(uniqueName("attic"), alice);
  for (const id of [...unacked(book), ...book.sent.slice(0, 2)]) {
    const ack = await tell(again, id);
    expect(ack.private).toBe(book.acked.get(id) ?? ack.private);
    book.acked.set(id, ack.private);
  }
  for (const { person: who, welcome } of [receiver, sender]) {
    const device = await join(uniqueName("attic"), who, { mailSince: 0 });
    // With many messages, the sender's copies arrive a moment later.
    const mail: Extract<Frame, { type: "private" }>[] = [];
    while (mail.length < book.sent.length)
      mail.push(await device.next("private"));
    const more = await device.unread();
    expect(more.filter(({ type }) => type === "private")).toEqual([]);
    expect(mail.map(({ mail }) => mail)).toEqual(
      mail.map((_, i) => welcome.mail + i + 1),
    );
    expect(new Map(mail.map((one) => [one.clientId, one.id]))).toEqual(
      book.acked,
    );
  }
});

test("users get names again a while after the kill, though nobody left", async () => {
  const { kill, start } = await startRestartable({ GUEST_CLAIM_SECONDS: 1 });
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice", "bob");
  await alice.sendMessage("hello");
  await kill();
  await alice.closed();
  await start({ GUEST_CLAIM_SECONDS: 1 });
  const other = await takeReleasedName(uniqueName("kitchen"), alice.name);
  expect(other.welcome.username).toBe(alice.name);
  expect(other.welcome.user).not.toBe(alice.welcome.user);
  const reader = await join(room, person("carol"));
  expect(reader.welcome).toMatchObject({ count: 1, seq: 1 });
  expect(reader.page?.messages).toMatchObject([
    { text: "hello", username: alice.name, user: alice.welcome.user },
  ]);
});

function never(): never {
  throw new Error("unreachable");
}
