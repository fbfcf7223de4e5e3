// Registration: a user registers, releases or rotates a name, and all connections in all rooms are told.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { connect } from "./support/client.ts";
import {
  join,
  joinAll,
  joinFrame,
  joinOn,
  joinText,
  leaveRoom,
  takeReleasedName,
} from "./support/members.ts";
import {
  type Person,
  person,
  publicIdOf,
  secret,
  stranger,
  uniqueName,
} from "./support/people.ts";

const DAY = 24 * 3_600_000;

/**
 * Another guest left after alice, and that name is free now. Alice's would be
 * free too.
 */
async function waitAsLongAsAGuest(): Promise<void> {
  const dave = await join(uniqueName("attic"), person("dave"));
  await leaveRoom(dave);
  await takeReleasedName(uniqueName("attic"), dave.name);
}

async function expectTaken(who: Person): Promise<void> {
  const client = await connect(uniqueName("cellar"));
  const failure = await client.refused(joinFrame(who), "username_taken");
  expect(failure).not.toHaveProperty("retryAfter");
}

describe("a registered name", () => {
  test("a user gets the registration on every connection and with each welcome", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    const phone = await join(uniqueName("kitchen"), alice.person);
    const reader = await joinText(uniqueName("attic"), alice.person);
    alice.send("/register");
    const { until } = await alice.next("registered");
    expect(until).toBeGreaterThan(Date.now() + 364 * DAY);
    expect(await phone.next("registered")).toMatchObject({ until });
    const day = new Date(until).toISOString().slice(0, 10);
    await reader.line(`* ${alice.name} is yours until ${day}`);
    const laptop = await join(uniqueName("cellar"), alice.person);
    expect(laptop.welcome.registered).toBeGreaterThan(Date.now() + 364 * DAY);
  });

  test("a registered name and its mail outlast those of a guest", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await register(alice);
    await leaveRoom(alice);
    const ack = await bob.sendPrivate(alice.name, "are you there?");
    expect(ack.delivered).toBe(false);
    expect(ack.expires).toBeGreaterThan(Date.now() + 29 * DAY);
    await waitAsLongAsAGuest();
    await expectTaken(stranger(alice.name));
    const back = await join(uniqueName("kitchen"), alice.person);
    await back.next("private", { text: "are you there?" });
  });

  test("a released name is a guest's again, and rests once its user has left", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await register(alice);
    const reader = await joinText(uniqueName("attic"), alice.person);
    alice.send({ type: "release" });
    const { restsUntil } = await alice.next("released");
    expect(restsUntil).toBeGreaterThan(Date.now() + 29 * DAY);
    const day = new Date(restsUntil).toISOString().slice(0, 10);
    await reader.line(
      `* you gave ${alice.name} up: nobody else has it before ${day}`,
    );
    reader.send("/leave");
    await reader.lineLike(/^\* you left/);
    await bob.sendPrivate(alice.name, "psst");
    await leaveRoom(alice);
    await waitAsLongAsAGuest();
    await expectTaken(stranger(alice.name));
    const frame = { type: "private", to: alice.name, text: "psst" };
    await bob.refused(frame, "no_such_user");
    const back = await join(uniqueName("kitchen"), alice.person);
    expect(back.welcome).not.toHaveProperty("registered");
    expect(back.welcome.mail).toBe(0);
  }, 60_000);

  test("a guest can neither release a name nor change its secret", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    await alice.refused("/release", "forbidden");
    await alice.refused({ type: "rotate", token: secret() }, "forbidden");
  });

  test("a user may register right behind the join", async () => {
    const client = await connect(uniqueName("lobby"));
    client.send(joinFrame(person("alice")));
    client.send("/register");
    await client.next("welcome");
    await client.next("registered");
  });
});

describe("a changed secret", () => {
  test("a changed secret opens the name as the same user, and the old one does for a while", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const user = publicIdOf(alice.person.token);
    await register(alice);
    const phone = await join(uniqueName("kitchen"), alice.person);
    const token = secret();
    alice.send({ type: "rotate", token });
    const { until } = await alice.next("rotated");
    expect(until).toBeGreaterThan(Date.now() + 29 * DAY);
    await phone.next("rotated", { until });
    const laptop = await join(room, { name: alice.name, token });
    expect(laptop.welcome.user).toBe(user);
    expect(laptop.welcome).not.toHaveProperty("tokenUntil");
    const tablet = await join(uniqueName("attic"), alice.person);
    expect(tablet.welcome).toMatchObject({ user, tokenUntil: until });
    await bob.sendPrivate(alice.name, "psst", { toUser: user });
    for (const device of [alice, phone, laptop, tablet])
      await device.next("private", { text: "psst" });
    await laptop.sendMessage("hello", "once");
    const again = await alice.sendMessage("hello", "once");
    expect(again).toHaveProperty("duplicate", true);
    const told = [bob, phone, tablet].flatMap(({ frames }) => frames).join();
    expect(told).not.toContain(token);
  });

  test("a user may give a new secret by the header or by typing it", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    await register(alice);
    const token = secret();
    alice.send(`/rotate ${token}`);
    await alice.next("rotated");
    const headers = { Authorization: `Bearer ${token}` };
    const client = await connect(uniqueName("attic"), { headers });
    client.send({ type: "join", username: alice.name });
    const { user } = await client.next("welcome");
    expect(user).toBe(publicIdOf(alice.person.token));
  });

  test("a user cannot change to a weak secret", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    await register(alice);
    await alice.refused({ type: "rotate", token: "x" }, "unauthorized");
    await alice.refused("/rotate", "bad_request");
    await alice.refused({ type: "rotate" }, "bad_request");
  });
});

test("nobody gets a reserved name, in any spelling or by any way", async () => {
  const room = uniqueName("lobby");
  for (const name of [
    "admin",
    "ADMIN",
    "аdmin",
    "adm1n",
    "a.d_min",
    "System",
    "edge_chat",
    "edgechat",
  ]) {
    const client = await connect(room);
    await client.refused(joinFrame(stranger(name)), "forbidden");
    await joinOn(client, person("alice"));
  }
  const byUrl = await connect(room, { query: { username: "moderator" } });
  await byUrl.next("error", { code: "forbidden" });
  expect(await byUrl.closed()).toHaveProperty("code", 4500);
});
