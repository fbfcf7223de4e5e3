// Mentions: people whom a message names are told in whatever room they are, also later, and on each device.
import { expect, test } from "vitest";
import { join, joinAll } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

test("bob, who is elsewhere, is told of a message that mentions him, and reads it in its room", async () => {
  const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
  const [alice, carol] = await joinAll(lobby, "alice", "carol");
  const [bob] = await joinAll(kitchen, "bob");
  alice.send({ type: "message", text: `@${bob.name} and @${carol.name}` });
  const { seq, mentions } = await carol.next("message");
  expect(mentions).toEqual([carol.welcome.user]);
  const mention = await bob.next("mention");
  expect(mention).toMatchObject({
    ...{ room: lobby, epoch: alice.welcome.epoch, of: seq },
    ...{ user: alice.welcome.user, username: alice.name },
  });
  expect(await carol.next("mention")).toMatchObject({ room: lobby, of: seq });
});

test("bob's other device gets the mention later, in the order of his mail", async () => {
  const who = person("bob");
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const phone = await join(uniqueName("kitchen"), who);
  alice.send({ type: "message", text: `@${who.name}` });
  const { mail, of } = await phone.next("mention");
  const laptop = await join(uniqueName("attic"), who, { mailSince: 0 });
  expect(await laptop.next("mention")).toMatchObject({ mail, of });
});

test("bob hears of no mention by a user whom he blocks", async () => {
  const [alice, carol] = await joinAll(uniqueName("lobby"), "alice", "carol");
  const [bob] = await joinAll(uniqueName("kitchen"), "bob");
  bob.send({ type: "block", user: alice.welcome.user });
  await bob.next("blocked");
  alice.send({ type: "message", text: `@${bob.name} one` });
  await carol.next("message");
  carol.send({ type: "message", text: `@${bob.name} two` });
  expect(await bob.next("mention")).toMatchObject({ username: carol.name });
});
