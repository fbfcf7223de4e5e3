// Name priority: an app's user takes a name from a guest at once, in every room, and gets nothing of the guest's.
import { describe, expect, test } from "vitest";
import { expectNoWayIn, register } from "../conformance/support/attack.ts";
import { type Client, connect } from "../conformance/support/client.ts";
import {
  join,
  joinAll,
  joinFrame,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, stranger, uniqueName } from "../conformance/support/people.ts";
import { signToken, tokenClaims } from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

// Without a prefix, guests may have the names of the app's users.
startAttackTarget({ GUEST_PREFIX: "-" });

/** Signs a token for the app's user with that name. */
function tokenOf(username: string, sub = username): Promise<string> {
  return signToken(tokenClaims({ aud: "chat", sub, username }));
}

/** Joins as the app's user and reads the welcome. */
async function bring(room: string, username: string, sub?: string) {
  const client = await connect(room);
  const token = await tokenOf(username, sub);
  client.send({ type: "join", token, history: 0 });
  const welcome = await client.next("welcome");
  return Object.assign(client, { welcome });
}

async function expectReclaimed(...clients: Client[]): Promise<void> {
  for (const client of clients)
    expect(await client.closed()).toEqual({
      code: 4504,
      reason: "name reclaimed",
    });
}

describe("a user of the app takes the name of a guest", () => {
  test("a user of the app takes a guest's name in all rooms, and others are told", async () => {
    const room = uniqueName("lobby");
    const [guest, bob] = await joinAll(room, "alice", "bob");
    const phone = await join(uniqueName("kitchen"), guest.person);
    const alice = await bring(room, guest.name);
    await expectReclaimed(guest, phone);
    expect(alice.welcome.members).toEqual([guest.name, bob.name].sort());
    const left = await bob.next("left", { username: guest.name });
    const joined = await bob.next("joined", { username: guest.name });
    expect(left.user).toBe(guest.welcome.user);
    expect(joined.user).toBe(alice.welcome.user);
    await bob.sendPrivate(guest.name, "for the app's alice");
    await alice.next("private", { text: "for the app's alice" });
    await expectNoWayIn(guest.name, guest.person.token);
  });

  test("a user of the app takes a guest's registered name with none of the mail", async () => {
    const [guest, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await register(guest);
    await leaveRoom(guest);
    await bob.sendPrivate(guest.name, "for the guest alone");
    const alice = await bring(uniqueName("kitchen"), guest.name);
    expect(alice.welcome.mail).toBe(0);
    expect(alice.welcome).not.toHaveProperty("registered");
    const letter = { type: "private", to: guest.name, text: "pinned" };
    const toUser = guest.welcome.user;
    await bob.refused({ ...letter, toUser }, "no_such_user");
    const tablet = await bring(
      uniqueName("attic"),
      guest.name.toUpperCase(),
      guest.name,
    );
    expect(tablet.welcome).toMatchObject({ username: guest.name, mail: 0 });
    await alice.refused({ type: "release" }, "forbidden");
    await alice.refused({ type: "register" }, "forbidden");
  });

  test("a user of the app takes a guest's name by a look-alike", async () => {
    const guest = await join(uniqueName("lobby"), person("pascal"));
    const alike = guest.name.replace("a", "а").replace("l", "1");
    const user = await bring(uniqueName("kitchen"), alike);
    expect(user.welcome.username).toBe(alike);
    await expectReclaimed(guest);
  });

  test("a user of the app takes the name of a guest who is joining thirty rooms", async () => {
    const who = person("alice");
    await join(uniqueName("lobby"), who);
    const clients = await Promise.all(
      Array.from({ length: 30 }, () => connect(uniqueName("kitchen"))),
    );
    for (const client of clients) client.send(joinFrame(who));
    const alice = await bring(uniqueName("attic"), who.name);
    for (const client of clients) {
      const outcome = await client.inbox.next(
        ({ type }) => type === "welcome" || type === "error",
        "answer",
      );
      // The thief joined before and was disconnected, or is refused.
      if (outcome.type === "welcome" || !client.isOpen)
        await expectReclaimed(client);
      else expect(outcome).toMatchObject({ code: "username_taken" });
    }
    const bob = await join(uniqueName("lobby"), person("bob"));
    await bob.sendPrivate(who.name, "who has it?");
    await alice.next("private", { text: "who has it?" });
  });
});

test("a name that is reserved is the app's to give, and nobody else's", async () => {
  const admin = await bring(uniqueName("lobby"), "Admin");
  expect(admin.welcome.username).toBe("Admin");
  const mallory = await connect(uniqueName("lobby"));
  await mallory.refused(joinFrame(stranger("admin")), "forbidden");
});

test("a guest who has the name with a suffix gives way to the user of the app", async () => {
  const room = uniqueName("lobby");
  const name = uniqueName("alice");
  await bring(room, name, "the first");
  const second = await bring(room, name, "the second");
  const { username } = second.welcome;
  expect(username).toMatch(/^alice-.*-[a-z2-8]{4}$/);
  // The same for another name: a thief can guess its suffix now.
  const other = uniqueName("alice");
  const suffix = username.slice(name.length);
  const guest = await join(uniqueName("kitchen"), stranger(other + suffix));
  await bring(room, other, "the first");
  const again = await bring(room, other, "the second");
  expect(again.welcome.username).toBe(other + suffix);
  await expectReclaimed(guest);
});

test("a user of the app may be blocked, and stays blocked under the next name", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  const bob = await bring(room, uniqueName("bob"), "bob of the app");
  alice.send({ type: "block", username: bob.welcome.username });
  await alice.next("blocked");
  const renamed = await bring(room, uniqueName("robert"), "bob of the app");
  const letter = { type: "private", to: alice.name, text: "psst" };
  for (const client of [bob, renamed])
    await client.refused(letter, "no_such_user");
});
