// Tabs: test that two tabs are one user, and that each sends its own messages while it lives.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { Tabs } from "./support/tabs.ts";
import {
  ack,
  message,
  ownMessage,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

describe("two tabs with locks", () => {
  const two = async () => {
    const tabs = new Tabs();
    const tab = tabs.open();
    const first = new TestClient({ locks: tab });
    first.lobby.send("written in the first");
    await flushPromises();
    const { storage } = first;
    const options = { storage, name: "other", locks: tabs.open() };
    return { tab, first, second: new TestClient(options) };
  };

  test("two tabs of a browser have the same secret", async () => {
    const { first, second } = await two();
    expect((await second.acceptJoin()).token).toBe(
      (await first.acceptJoin()).token,
    );
  });

  test("each tab sends its own messages only", async () => {
    const { first, second } = await two();
    await second.join();
    await first.join();
    expect(second.takeSent()).toEqual([]);
    expect(first.takeSent()).toHaveLength(1);
  });

  test("a tab sends the messages of another tab that crashed", async () => {
    const { tab, second } = await two();
    await second.join();
    tab.crash();
    await second.loseConnection();
    second.serverSends(resumedWelcome({}));
    await flushPromises();
    expect(second.takeSent()).toMatchObject([{ text: "written in the first" }]);
  });

  test("a tab sends the messages of a crashed tab without losing its connection", async () => {
    const { tab, second } = await two();
    await second.join();
    tab.crash();
    await second.environment.advance(30_000);
    await flushPromises();
    expect(second.environment.sockets).toHaveLength(1);
    expect(second.takeSent()).toContainEqual(
      expect.objectContaining({ text: "written in the first" }),
    );
  });

  test("a tab checks first whether the message of a crashed tab has arrived", async () => {
    const { tab, first, second } = await two();
    await first.join();
    const [frame] = first.takeSent();
    await second.join({ seq: 1 });
    tab.crash();
    await second.environment.advance(30_000);
    expect(await second.acceptJoin()).toMatchObject({ since: 0, epoch: "e1" });
    second.serverSends(resumedWelcome({ seq: 1 }), ownMessage(1, frame));
    await flushPromises();
    expect(second.takeSent()).toEqual([]);
    expect(second.lobby.pending).toEqual([]);
  });

  test("a tab stays connected while the other tab lives", async () => {
    const { second } = await two();
    await second.join();
    await second.environment.advance(30_000);
    await flushPromises();
    expect(second.lobby.state).toBe("connected");
    expect(second.environment.sockets).toHaveLength(1);
  });

  test("two tabs that start together make one secret", async () => {
    const tabs = new Tabs();
    const first = new TestClient({ locks: tabs.open() });
    const { storage } = first;
    const second = new TestClient({
      storage,
      name: "other",
      locks: tabs.open(),
    });
    const joins = await Promise.all([first.acceptJoin(), second.acceptJoin()]);
    expect(joins[0].token).toBe(joins[1].token);
  });

  test("two tabs take over the messages of a third one once", async () => {
    const { tab, first, second } = await two();
    await flushPromises();
    tab.crash();
    const { storage } = first;
    const locks = new Tabs().open();
    const third = new TestClient({ storage, name: "third", locks });
    await Promise.all([second.join(), third.join()]);
    const sent = [...second.takeSent(), ...third.takeSent()];
    expect(sent.length).toBeGreaterThan(0);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  });
});

test("two tabs without locks send a message under one id", async () => {
  const first = new TestClient();
  const sent = first.lobby.send("hello");
  await flushPromises();
  const second = new TestClient({ storage: first.storage, name: "other" });
  await first.join();
  await second.join();
  const [one] = first.takeSent();
  const [two] = second.takeSent();
  expect(one).toEqual(two);
  // The server stores the message once, and answers both.
  first.serverSends(ack(one, 1));
  second.serverSends(
    ownMessage(1, one),
    ack(one, 1, { duplicate: true }),
    message(2),
  );
  expect(await sent).toMatchObject({ seq: 1 });
  expect(second.shownTexts).toEqual(["hello", "text 2"]);
  expect(second.lobby.pending).toEqual([]);
});
