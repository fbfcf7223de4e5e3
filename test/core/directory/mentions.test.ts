// Mentions tests: a directory stores the mentions of its owner beside the mail, and tells each device once.
import { expect, test } from "vitest";
import { publicId } from "../../../src/core/shared/identity.ts";
import type { MentionRecord } from "../../../src/core/shared/mention-requests.ts";
import { identityOf, join, joinAll } from "../support/people.ts";
import { ask, isForgotten } from "../support/requests.ts";
import { World } from "../support/world.ts";

const carol = publicId(identityOf("carol"));

function record(world: World, seq: number, more: Partial<MentionRecord> = {}) {
  return {
    ...{ room: "hall", epoch: "e", seq, user: carol, username: "carol" },
    ...{ at: world.now, ...more },
  };
}

function tell(world: World, ...mentions: MentionRecord[]) {
  const replies = ask(world, "bob", { type: "mention", mentions });
  world.settle();
  return replies;
}

const seqs = (peer: ReturnType<typeof join>) =>
  peer.inbox.flatMap((frame) => (frame.type === "mention" ? frame.of : []));

function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { bob } = joinAll(world, "kitchen", "bob");
  world.pass(1);
  return { world, bob };
}

test("bob is told of a mention in each of his rooms, numbered as his mail", () => {
  const { world, bob } = begin();
  const attic = join(world, "attic", "bob");
  expect(tell(world, record(world, 7))).toEqual([{ type: "done" }]);
  expect(bob.last("mention")).toMatchObject({ mail: 1, room: "hall", of: 7 });
  expect(bob.last("mention")).not.toHaveProperty("text");
  // Clients count each seq that they get as one of their room.
  expect(bob.last("mention")).not.toHaveProperty("seq");
  expect(seqs(attic)).toEqual([7]);
});

test("a repeated mention is told once", () => {
  const { world, bob } = begin();
  tell(world, record(world, 7));
  tell(world, record(world, 7), record(world, 8));
  expect(seqs(bob)).toEqual([7, 8]);
});

test("bob gets the mentions that came while he was away, also after a crash, among his mail", () => {
  const { world, bob } = begin();
  const { alice } = joinAll(world, "lobby", "alice");
  bob.close();
  world.pass(20_000);
  alice.send("@bob one");
  world.settle();
  tell(world, record(world, 7));
  alice.send("@bob two");
  world.settle();
  world.crash(world.directory("bob"));
  const back = join(world, "attic", "bob", { mailSince: 0 });
  const numbers = back.inbox.flatMap((frame) =>
    frame.type === "mention" || frame.type === "private" ? frame.mail : [],
  );
  expect(numbers).toEqual([1, 2, 3]);
  expect(seqs(back)).toEqual([7]);
});

test("a user whom bob blocks cannot mention him", () => {
  const { world, bob } = begin();
  bob.send({ type: "block", user: carol });
  world.settle();
  tell(world, record(world, 7));
  expect(seqs(bob)).toEqual([]);
});

test("one sender has ten unread mentions at most, and others have their own", () => {
  const { world, bob } = begin();
  for (let seq = 1; seq <= 20; seq++) tell(world, record(world, seq));
  tell(world, record(world, 21, { user: "dora", username: "dora" }));
  expect(seqs(bob)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21]);
});

test("200 mentions are stored, and one that was dropped does not come again", () => {
  const { world } = begin();
  const many = Array.from({ length: 205 }, (_, i) =>
    record(world, i, { user: `user-${i}`, at: world.now + i }),
  );
  world.pass(1000);
  tell(world, ...many);
  const [first] = many;
  if (first !== undefined) tell(world, first);
  world.crash(world.directory("bob"));
  if (first !== undefined) tell(world, first);
  const late = join(world, "attic", "bob", { mailSince: 0 });
  expect(seqs(late)).toEqual(many.slice(5).map(({ seq }) => seq));
});

test("a mention of a name that nobody has stores nothing", () => {
  const { world } = begin();
  ask(world, "nobody", { type: "mention", mentions: [record(world, 7)] });
  world.settle();
  expect(isForgotten(world, "nobody")).toBe(true);
});

test("a mention from before bob had the name was for somebody else", () => {
  const { world, bob } = begin();
  tell(world, record(world, 7, { at: world.now - 1000 }));
  tell(world, record(world, 8, { toUser: carol }));
  expect(seqs(bob)).toEqual([]);
});

test("a flood of mentions takes no place of private messages", () => {
  const world = new World({ RATE_PER_SECOND: 0, MAILBOX_MESSAGES: 10 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  bob.close();
  world.pass(20_000);
  for (let i = 0; i < 10; i++) alice.send(`@bob ${i}`);
  world.settle();
  const many = Array.from({ length: 300 }, (_, i) =>
    record(world, i, { user: `user-${i}`, at: world.now + i }),
  );
  tell(world, ...many);
  const back = join(world, "attic", "bob", { mailSince: 0 });
  expect(back.privateTexts).toHaveLength(10);
});
