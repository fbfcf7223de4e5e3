// Blocking: a blocked user cannot see the block, and all devices of the blocker know it.
import { describe, expect, test } from "vitest";
import { join, joinAll, joinText, type Member } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

async function block(member: Member, other: Member): Promise<void> {
  member.send({ type: "block", username: other.name });
  await member.next("blocked");
}

/** Returns the frame that answers a private message, unparsed. */
async function answerTo(member: Member, frame: object): Promise<string> {
  member.send({ type: "private", text: "psst", ...frame });
  await member.next("error");
  return member.frames.at(-1) ?? "";
}

describe("private messages of somebody who is blocked", () => {
  test("a blocked user gets the same bytes as if the name did not exist", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    await block(alice, bob);
    const id = uniqueId();
    const toUser = alice.welcome.user;
    for (const more of [{}, { id }, { id, toUser }]) {
      const missing = await answerTo(bob, {
        to: uniqueName("nobody"),
        ...more,
      });
      const blocked = await answerTo(bob, { to: alice.name, ...more });
      expect(blocked).toBe(missing);
      expect(JSON.parse(blocked)).toMatchObject({ code: "no_such_user" });
    }
    expect(await alice.unread()).toEqual([]);
  });

  test("messages of a blocked user arrive neither later nor under another name", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    await block(alice, bob);
    const rob = await join(room, { ...person("rob"), token: bob.person.token });
    await answerTo(rob, { to: alice.name });
    const phone = await join(uniqueName("kitchen"), alice.person, {
      mailSince: 0,
    });
    expect(phone.welcome.mail).toBe(0);
    alice.send({ type: "unblock", user: bob.welcome.user });
    await phone.next("blocked", {});
    await rob.sendPrivate(alice.name, "hello again");
    await phone.next("private", { text: "hello again" });
  });

  test("the room still gets the messages of a blocked user", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await block(alice, bob);
    await bob.sendMessage("hello");
    await alice.next("message", { text: "hello", user: bob.welcome.user });
  });
});

describe("the list of those blocked", () => {
  test("each device of a user gets the block list, in any room and with each welcome", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const phone = await join(uniqueName("kitchen"), alice.person);
    const reader = await joinText(uniqueName("attic"), alice.person);
    const bobs = { user: bob.welcome.user, username: bob.name };
    alice.send(`/block ${bob.name.toUpperCase()}`);
    for (const device of [alice, phone])
      expect((await device.next("blocked")).blocked).toEqual([bobs]);
    await reader.line(`* blocked: ${bob.name}`);
    const laptop = await join(uniqueName("cellar"), alice.person);
    expect(laptop.welcome.blocked).toEqual([bobs]);
    phone.send(`/unblock ${bob.name}`);
    for (const device of [alice, phone, laptop])
      expect((await device.next("blocked")).blocked).toEqual([]);
    await reader.line("* you block nobody");
    expect(await bob.unread()).toEqual([]);
  });

  test("a user can block the author of a message, but nobody who is not there", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { user } = bob.welcome;
    alice.send({ type: "block", user });
    expect((await alice.next("blocked")).blocked).toEqual([{ user }]);
    const nobody = uniqueName("nobody");
    await alice.refused(`/block ${nobody}`, "no_such_user");
    await alice.refused(`/unblock ${nobody}`, "no_such_user");
    await alice.refused(`/block ${alice.name}`, "forbidden");
    await alice.refused({ type: "block" }, "bad_request");
  });
});
