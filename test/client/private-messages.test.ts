// Private messages: test that they reach the intended user, in order, and resolve by an ack or a copy.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ALICE,
  BOB,
  copyFields,
  errorReply,
  history,
  message,
  privateAck,
  privateMessage,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

/** Writes to bob. @returns the promise of the receipt, and the frame */
async function writeToBob(client: TestClient) {
  const sent = client.sdk.sendPrivate("bob", "psst");
  await flushPromises();
  const [frame, ...others] = client.takeSent();
  expect(others).toEqual([]);
  return { sent, frame };
}

describe("sending private messages", () => {
  test("a private message resolves with its ack, and is shown to its author", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.sdk.sendPrivate("Bob", "psst");
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toEqual({
      type: "private",
      to: "Bob",
      text: "psst",
      id: expect.any(String),
    });
    client.serverSends(privateAck(frame, { delivered: false, expires: 9000 }));
    expect(await sent).toMatchObject({
      to: "bob",
      private: "server-id",
      delivered: false,
      expires: 9000,
    });
    expect(
      client.events.filter(({ type }) => type === "private"),
    ).toMatchObject([
      { id: "server-id", to: "bob", user: ALICE, mine: true, isReplay: false },
    ]);
  });

  test("private messages to one user keep their order, and wait for no other user", async () => {
    const client = new TestClient();
    await client.join();
    for (const text of ["one", "two"]) client.sdk.sendPrivate("bob", text);
    client.sdk.sendPrivate("carl", "three");
    client.lobby.send("four");
    await flushPromises();
    const first = client.takeSent();
    expect(first.map(({ text }) => text)).toEqual(["one", "three", "four"]);
    client.serverSends(
      errorReply(first[0], "unavailable", { retryAfter: 1000 }),
    );
    await client.environment.advance(999);
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(1);
    expect(client.takeSent()).toEqual([first[0]]);
    client.serverSends(privateAck(first[0]));
    expect(client.takeSent()).toMatchObject([{ text: "two" }]);
  });

  test.for([
    ["joined", { type: "joined", user: BOB, username: "bob", at: 1 }],
    ["wrote to the room", message(1)],
    ["wrote in private", privateMessage(1)],
    ["is typing", { type: "typing", user: BOB, username: "bob" }],
  ] as const)(
    "a private message goes only to the bob who %s",
    async ([, seen]) => {
      const client = new TestClient();
      await client.join({}, seen);
      const { frame } = await writeToBob(client);
      expect(frame).toMatchObject({ to: "bob", toUser: BOB });
    },
  );

  test("a private message to a name last seen before a lost connection names no user", async () => {
    const client = new TestClient({ history: 5 });
    await client.join({ seq: 1 }, history([message(1)]));
    const { frame: first } = await writeToBob(client);
    expect(first).not.toHaveProperty("toUser");
    client.serverSends(privateAck(first), message(2));
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 2 }));
    const { frame: second } = await writeToBob(client);
    expect(second).not.toHaveProperty("toUser");
  });

  test("a private message to a name with another holder is refused once, and then sent to the new one", async () => {
    const client = new TestClient();
    await client.join({}, message(1));
    const { sent, frame } = await writeToBob(client);
    client.serverSends(errorReply(frame, "no_such_user"));
    await expect(sent).rejects.toMatchObject({ code: "no_such_user" });
    const { frame: second } = await writeToBob(client);
    expect(second).not.toHaveProperty("toUser");
  });

  test("a private message is sent again under its id, to the same user", async () => {
    const client = new TestClient();
    await client.join({}, message(1));
    const { sent, frame } = await writeToBob(client);
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 1, gap: true, resumed: false }));
    await flushPromises();
    expect(client.takeSent()).toEqual([frame]);
    client.serverSends(privateAck(frame, { duplicate: true }));
    expect(await sent).toMatchObject({ duplicate: true });
  });

  test("a private message is not sent again to a name that may have another holder", async () => {
    const client = new TestClient();
    await client.join();
    const { sent } = await writeToBob(client);
    client.environment.socket.serverCloses();
    client.environment.time += 30_000;
    await client.environment.advanceToNextAttempt();
    await client.acceptJoin();
    client.serverSends(resumedWelcome({}));
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
    expect(client.sdk.pending).toMatchObject([{ to: "bob", state: "unknown" }]);
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
  });

  test("a private message whose ack is lost resolves by its copy", async () => {
    const client = new TestClient();
    await client.join();
    const { sent, frame } = await writeToBob(client);
    await client.loseConnection();
    const copy = privateMessage(4, { ...copyFields(frame), text: "psst" });
    client.serverSends(resumedWelcome({ mail: 4 }), copy);
    await flushPromises();
    const receipt = await sent;
    expect(receipt).toMatchObject({ private: "mail-4", to: "bob" });
    expect(receipt).not.toHaveProperty("delivered");
    expect(client.privateTexts).toEqual(["psst"]);
    expect(client.sdk.pending).toEqual([]);
  });

  test("a private message is shown though newer mail came by another room before its copy", async () => {
    const client = new TestClient();
    await client.join();
    const { sent, frame } = await writeToBob(client);
    client.serverSends(privateMessage(5, { text: "newer" }));
    client.serverSends(
      privateMessage(4, { ...copyFields(frame), text: "psst" }),
      privateAck(frame),
    );
    expect(await sent).toMatchObject({ private: "server-id" });
    expect(client.privateTexts).toEqual(["newer", "psst"]);
  });

  test("a private message that arrived is not refused when the name is free", async () => {
    const client = new TestClient();
    await client.join({}, message(1));
    const { sent, frame } = await writeToBob(client);
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 1, mail: 4 }));
    await flushPromises();
    client.serverSends(
      privateMessage(4, copyFields(frame)),
      errorReply(frame, "no_such_user"),
    );
    expect(await sent).toMatchObject({ private: "mail-4" });
  });
});
