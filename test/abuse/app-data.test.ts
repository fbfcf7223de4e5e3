// App data: what the app's token says about a user is told to the members of a room, on both hosts.
import { expect, test } from "vitest";
import { type Client, connect } from "../conformance/support/client.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { signToken, tokenClaims } from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const target = startAttackTarget();
const ANN = { displayName: "Ann Lee", avatar: "https://app.example/a.png" };

/** Joins as one user of the app, by a token with this data. */
async function joinWith(
  room: string,
  username: string,
  data: unknown,
): Promise<Client & { user: string }> {
  const claims = { sub: username, username, aud: "chat", data };
  const client = await connect(room);
  const token = await signToken(tokenClaims(claims));
  client.send({ type: "join", token, history: 0, details: true });
  const { user } = await client.next("welcome");
  return Object.assign(client, { user });
}

test("bob is told the data that the app gives alice, when she joins and on request", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, person("guest-bob"));
  const name = uniqueName("alice");
  const alice = await joinWith(room, name, ANN);
  const told = { user: alice.user, username: name, data: ANN };
  expect(await bob.next("joined")).toMatchObject(told);
  bob.send({ type: "who", details: true });
  const { members, details } = await bob.next("members");
  expect(details?.map(({ username }) => username)).toEqual(members);
  expect(details).toContainEqual(told);
  bob.send({ type: "who" });
  expect(await bob.next("members")).not.toHaveProperty("details");
  const carol = await connect(room);
  const who = person("guest-carol");
  carol.send({
    ...{ type: "join", username: who.name, token: who.token },
    ...{ history: 0, details: true },
  });
  expect((await carol.next("welcome")).details).toEqual([told]);
});

test("bob is told when a newer connection of alice brings other data", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, person("guest-bob"));
  const name = uniqueName("alice");
  const phone = await joinWith(room, name, ANN);
  await bob.next("joined");
  await joinWith(room, name, { displayName: "Ann" });
  const told = { user: phone.user, data: { displayName: "Ann" } };
  expect(await bob.next("updated")).toMatchObject(told);
  expect(await phone.next("updated")).toMatchObject(told);
});

test("alice joins with data that is too long, which nobody sees, and the log tells it", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, person("guest-bob"));
  await joinWith(room, uniqueName("alice"), "x".repeat(255));
  expect(await bob.next("joined")).not.toHaveProperty("data");
  await expect
    .poll(() => target.logs())
    .toMatch(/"user data refused","code":"too_large"/);
  expect(target.logs()).not.toContain("xxxx");
});
