// Two tabs: one identity, and what was written in one is not sent by the other while that lives.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { ack, message, own, Room, resumed } from "./room.ts";
import { Tabs } from "./tabs.ts";

describe("two tabs with locks", () => {
  const two = async () => {
    const tabs = new Tabs();
    const tab = tabs.open();
    const first = new Room({ locks: tab });
    first.chat.send("written in the first");
    await settled();
    const { storage } = first;
    const options = { storage, name: "other", locks: tabs.open() };
    return { tab, first, second: new Room(options) };
  };

  test("are the same person", async () => {
    const { first, second } = await two();
    expect((await second.joins()).token).toBe((await first.joins()).token);
  });

  test("send each what was written in it, and nothing else", async () => {
    const { first, second } = await two();
    await second.enters();
    await first.enters();
    expect(second.sent()).toEqual([]);
    expect(first.sent()).toHaveLength(1);
  });

  test("one sends what the other left when it died", async () => {
    const { tab, second } = await two();
    await second.enters();
    tab.dies();
    await second.comesBack();
    second.says(resumed({}));
    await settled();
    expect(second.sent()).toMatchObject([{ text: "written in the first" }]);
  });

  test("one sends what the other left, also if it never loses its connection", async () => {
    const { tab, second } = await two();
    await second.enters();
    tab.dies();
    await second.place.pass(30_000);
    await settled();
    expect(second.place.sockets).toHaveLength(1);
    expect(second.sent()).toContainEqual(
      expect.objectContaining({ text: "written in the first" }),
    );
  });

  test("one asks first whether it has arrived, if it was on its way", async () => {
    const { tab, first, second } = await two();
    await first.enters();
    const [frame] = first.sent();
    await second.enters({ seq: 1 });
    tab.dies();
    await second.place.pass(30_000);
    expect(await second.joins()).toMatchObject({ since: 0, epoch: "e1" });
    second.says(resumed({ seq: 1 }), own(1, frame));
    await settled();
    expect(second.sent()).toEqual([]);
    expect(second.chat.pending).toEqual([]);
  });

  test("one stays connected while the other lives", async () => {
    const { second } = await two();
    await second.enters();
    await second.place.pass(30_000);
    await settled();
    expect(second.chat.state).toBe("live");
    expect(second.place.sockets).toHaveLength(1);
  });

  test("that come up together make one secret", async () => {
    const tabs = new Tabs();
    const first = new Room({ locks: tabs.open() });
    const { storage } = first;
    const second = new Room({ storage, name: "other", locks: tabs.open() });
    const joins = await Promise.all([first.joins(), second.joins()]);
    expect(joins[0].token).toBe(joins[1].token);
  });

  test("take over what a third one left only once", async () => {
    const { tab, first, second } = await two();
    await settled();
    tab.dies();
    const { storage } = first;
    const locks = new Tabs().open();
    const third = new Room({ storage, name: "third", locks });
    await Promise.all([second.enters(), third.enters()]);
    const sent = [...second.sent(), ...third.sent()];
    expect(sent.length).toBeGreaterThan(0);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  });
});

test("without locks both may send it, under one id", async () => {
  const first = new Room();
  const sent = first.chat.send("hello");
  await settled();
  const second = new Room({ storage: first.storage, name: "other" });
  await first.enters();
  await second.enters();
  const [one] = first.sent();
  const [two] = second.sent();
  expect(one).toEqual(two);
  // The server takes it once, and tells both.
  first.says(ack(one, 1));
  second.says(own(1, one), ack(one, 1, { duplicate: true }), message(2));
  expect(await sent).toMatchObject({ seq: 1 });
  expect(second.shown).toEqual(["hello", "text 2"]);
  expect(second.chat.pending).toEqual([]);
});
