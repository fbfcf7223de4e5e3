// Full mailbox tests: a mailbox stores mail up to a number and an age, and refuses more when nothing in it was received.
import { describe, expect, test } from "vitest";
import { join, joinAll, sendPrivateToBob } from "../support/people.ts";
import { World } from "../support/world.ts";

const DAY = 24 * 60 * 60 * 1000;

function begin(settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  return { world, alice, bob };
}

describe("a mailbox", () => {
  test("a user's mailbox is full of unread mail, and has room again once the mail was received", () => {
    const { world, alice, bob } = begin({ MAILBOX_MESSAGES: 3 });
    bob.send("/leave");
    world.settle();
    for (const text of ["one", "two", "three"])
      sendPrivateToBob(world, alice, text);
    alice.send({ type: "private", to: "bob", text: "four", id: "4" });
    world.settle();
    expect(alice.last("error")).toMatchObject({
      code: "mailbox_full",
      id: "4",
    });
    const back = join(world, "lobby", "bob");
    expect(back.privateTexts).toEqual(["one", "two", "three"]);
    alice.send({ type: "private", to: "bob", text: "four", id: "4" });
    world.settle();
    expect(back.privateTexts.at(-1)).toBe("four");
  });

  test("a user's mailbox stores the newest mail up to its limit", () => {
    const { world, alice } = begin({ MAILBOX_MESSAGES: 3 });
    for (let i = 1; i <= 10; i++) sendPrivateToBob(world, alice, String(i));
    const laptop = join(world, "attic", "bob", { mailSince: 0 });
    expect(laptop.privateTexts).toEqual(["8", "9", "10"]);
    world.pass(5000);
    const own = join(world, "attic", "alice", { mailSince: 0 });
    expect(own.privateTexts).toEqual(["8", "9", "10"]);
  });

  test("a user's mailbox drops old mail when new mail comes", () => {
    const { world, alice } = begin({ MAILBOX_DAYS: 2 });
    sendPrivateToBob(world, alice, "old");
    world.pass(2 * DAY + 1);
    sendPrivateToBob(world, alice, "new");
    const laptop = join(world, "attic", "bob", { mailSince: 0 });
    expect(laptop.privateTexts).toEqual(["new"]);
  });

  test("a user's mail has rising numbers over sleeps and crashes", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "one");
    const { mail } = bob.last("private");
    world.crash(world.directory("bob"));
    sendPrivateToBob(world, alice, "two");
    world.hibernate(world.directory("bob"));
    sendPrivateToBob(world, alice, "three");
    const mails = bob.all("private").map((one) => one.mail);
    expect(mails).toEqual([mail, mail + 1, mail + 2]);
  });
});
