// Private event tests: where an operator asks for it, webhooks get each private message once stored, in order and at least once.
import { expect, test } from "vitest";
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import { FAILED, MINUTE } from "../support/event-world.ts";
import { join } from "../support/people.ts";
import { startedWithWebhooks, URL_ONE } from "../support/webhook-world.ts";

function startedWithPrivates(settings = {}) {
  const scene = startedWithWebhooks({
    ...{ WEBHOOK_URL: [URL_ONE], WEBHOOK_EVENTS: ["private.created"] },
    ...settings,
  });
  const { world, alice, one } = scene;
  const bob = join(world, "lobby", "bob");
  const write = (text: string) =>
    alice.send({ type: "private", to: "bob", text });
  return { ...scene, bob, write, texts: () => one.batches.flatMap(textsOf) };
}

/** Copies for the sender are empty lines. */
const textsOf = ({ lines }: DeliverEvents) =>
  lines.filter((line) => line !== "").map((line) => JSON.parse(line).text);

test("a webhook gets each private message once, of the addressee's mail and not of the sender's", () => {
  const { world, write, texts, one } = startedWithPrivates();
  write("one");
  write("two");
  world.pass(MINUTE);
  expect(texts()).toEqual(["one", "two"]);
  expect(one.batches[0]).toMatchObject({ room: "", isPrivate: true });
  // The key of a name is not told, and two names have other ids.
  expect(one.batches[0]?.epoch).toMatch(/^[\w-]{12}-\d+$/);
});

test.each([[["*"]], [["message.*", "member.*"]]])(
  "a webhook that wants %j gets no private messages, and a name has no row of it",
  (WEBHOOK_EVENTS) => {
    const { world, write, one } = startedWithPrivates({ WEBHOOK_EVENTS });
    write("one");
    world.pass(MINUTE);
    expect(one.batches.filter(({ isPrivate }) => isPrivate)).toEqual([]);
    const { tables } = world.directory("bob").database;
    expect(tables).not.toHaveProperty("event_cursor");
  },
);

test("a private message that fails comes again after a crash, before later ones", () => {
  const { world, write, texts, one } = startedWithPrivates();
  write("one");
  world.pass(20_000);
  one.answers.push(FAILED);
  write("two");
  world.settle();
  world.crash(world.directory("bob"));
  world.pass(2 * MINUTE);
  write("three");
  world.pass(MINUTE);
  expect(texts()).toEqual(["one", "two", "two", "three"]);
});

test("a message to oneself is one message", () => {
  const { world, bob, texts } = startedWithPrivates();
  bob.send({ type: "private", to: "bob", text: "a note" });
  world.pass(MINUTE);
  expect(texts()).toEqual(["a note"]);
});

test("the next owner of a name begins anew, and the name's rows go with its claim", () => {
  const { world, bob, write, texts, one } = startedWithPrivates();
  write("one");
  world.pass(MINUTE);
  bob.close();
  world.pass(10 * MINUTE);
  const { tables } = world.directory("bob").database;
  expect(tables.event_cursor ?? []).toEqual([]);
  join(world, "lobby", "bob");
  write("two");
  world.pass(MINUTE);
  expect(texts()).toEqual(["one", "two"]);
  expect(one.batches.every(({ gapAfter }) => gapAfter === undefined)).toBe(
    true,
  );
});
