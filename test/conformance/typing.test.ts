// Typing: the other members see it, and it is never stored.
import { expect, test } from "vitest";
import { ask } from "./support/http-client.ts";
import { expectSilence, join, joinAll } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

test("bob sees that alice is typing", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  alice.send({ type: "typing" });
  expect(await bob.next("typing")).toEqual({
    type: "typing",
    user: alice.welcome.user,
    username: alice.name,
  });
});

test("alice is not told that she types herself", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  alice.send({ type: "typing" });
  await bob.next("typing");
  await expectSilence(alice, bob);
});

test("carol in another room sees nothing of it", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  const carol = await join(uniqueName("kitchen"), person("carol"));
  alice.send({ type: "typing" });
  await bob.next("typing");
  expect(await carol.unread()).toEqual([]);
});

// Joins, leaves and typing have no seq.
test("a typing frame has no number and leaves no trace", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  const { seq } = await alice.sendMessage("before");
  for (let turn = 0; turn < 5; turn++) alice.send({ type: "typing" });
  expect((await alice.sendMessage("after")).seq).toBe(seq + 1);
  await bob.next("message", { text: "after" });
  const carol = await join(room, person("carol"));
  expect(carol.page?.messages).toHaveLength(2);
  expect((await ask(`/rooms/${room}`)).body).toMatchObject({ seq: seq + 1 });
});
