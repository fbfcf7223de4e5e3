// Mail cursor: tests that each private message is shown once, over reloads and new claims of a name.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ALICE,
  copyFields,
  mention,
  privateAck,
  privateMessage,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

describe("private messages received", () => {
  test("a private message is shown once, and not requested again", async () => {
    const client = new TestClient();
    await client.join({ mail: 2 }, privateMessage(1), privateMessage(2));
    client.serverSends(privateMessage(2), privateMessage(3));
    expect(client.privateTexts).toEqual(["psst 1", "psst 2", "psst 3"]);
    const join = await client.loseConnection();
    expect(join).toMatchObject({ mailSince: 3, mailEpoch: 1 });
    client.serverSends(resumedWelcome({ mail: 4 }), privateMessage(4));
    expect(client.privateTexts).toHaveLength(4);
    expect(client.sdk.getSnapshot().privates).toHaveLength(4);
  });

  test("a private message that its author sent twice is shown once", async () => {
    const client = new TestClient();
    const twice = { clientId: "b-1", text: "psst" };
    await client.join({}, privateMessage(1, twice), privateMessage(2, twice));
    expect(client.privateTexts).toEqual(["psst"]);
  });

  test("a user's private message from another device is shown as their own", async () => {
    const client = new TestClient();
    const copy = { user: ALICE, username: "alice", to: "bob", clientId: "x" };
    await client.join({}, privateMessage(1, copy));
    expect(client.events.at(-1)).toMatchObject({ type: "private", mine: true });
  });

  test("after a reload only new private messages are shown", async () => {
    const client = new TestClient();
    await client.join({}, privateMessage(1));
    client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    const [frame] = client.takeSent();
    client.serverSends(privateAck(frame));
    await client.sdk.close();
    const { storage } = client;
    const next = new TestClient({ storage, name: "other", startAfter: client });
    expect(await next.acceptJoin()).toMatchObject({
      mailSince: 1,
      mailEpoch: 1,
    });
    next.serverSends(
      resumedWelcome({ mail: 3 }),
      privateMessage(2, copyFields(frame)),
      privateMessage(3),
    );
    expect(next.privateTexts).toEqual(["psst 3"]);
  });

  test("a view that begins empty gets all private messages, old ones as replay", async () => {
    const client = new TestClient();
    await client.join({}, privateMessage(1), privateMessage(2));
    await client.sdk.close();
    const { storage } = client;
    const options = { storage, name: "other", after: client, allMail: true };
    const next = new TestClient(options);
    expect(await next.acceptJoin()).toMatchObject({ mailSince: 0 });
    next.serverSends(
      resumedWelcome({ mail: 3 }),
      privateMessage(1),
      privateMessage(2),
      privateMessage(3),
    );
    const { privates } = next.sdk.getSnapshot();
    expect(privates.map(({ isReplay }) => isReplay)).toEqual([
      true,
      true,
      false,
    ]);
    expect(await next.loseConnection()).toMatchObject({ mailSince: 3 });
  });

  test.each([
    { what: "fewer", newest: 2 },
    { what: "as many", newest: 3 },
    { what: "more", newest: 4 },
  ])(
    "the mailbox of a new claim, which has $what messages, is shown whole",
    async ({ newest }) => {
      const client = new TestClient();
      await client.join({ mail: 3 }, privateMessage(3));
      await client.loseConnection();
      const fresh = Array.from({ length: newest }, (_, i) =>
        privateMessage(i + 1, { id: `new-${i}`, text: `new ${i}` }),
      );
      client.serverSends(
        resumedWelcome({ mail: newest, mailEpoch: 2 }),
        ...fresh,
      );
      expect(client.privateTexts).toHaveLength(1 + newest);
      const join = await client.loseConnection();
      expect(join).toMatchObject({ mailSince: newest, mailEpoch: 2 });
    },
  );

  test("the first message of a new claim's empty mailbox is shown", async () => {
    const client = new TestClient();
    await client.join({ mail: 5 }, privateMessage(5));
    await client.sdk.close();
    const { storage } = client;
    const next = new TestClient({ storage, name: "other", startAfter: client });
    const join = await next.join({ mail: 0, mailEpoch: 2 });
    expect(join).toMatchObject({ mailSince: 5, mailEpoch: 1 });
    next.serverSends(privateMessage(1));
    expect(next.privateTexts).toEqual(["psst 1"]);
  });
});

describe("mentions", () => {
  const mentions = ({ events }: TestClient) =>
    events.flatMap((event) =>
      event.type === "mention" ? [[event.of, event.isReplay]] : [],
    );

  test("a mention is told once by whatever room, and is not requested again", async () => {
    const client = new TestClient();
    await client.join({ mail: 2 }, privateMessage(1), mention(2, 7));
    client.serverSends(mention(2, 7), mention(3, 8));
    expect(mentions(client)).toEqual([
      [7, false],
      [8, false],
    ]);
    const join = await client.loseConnection();
    expect(join).toMatchObject({ mailSince: 3, mailEpoch: 1 });
  });

  test("a view that begins empty gets the old ones too, and a client of one room none", async () => {
    const client = new TestClient();
    await client.join({}, mention(1, 7));
    await client.sdk.close();
    const { storage } = client;
    const again = async (allMail: boolean) => {
      const name = `all ${allMail}`;
      const next = new TestClient({ storage, name, allMail });
      await next.acceptJoin();
      next.serverSends(resumedWelcome({ mail: 1 }), mention(1, 7));
      await next.sdk.close();
      return mentions(next);
    };
    expect(await again(true)).toEqual([[7, true]]);
    expect(await again(false)).toEqual([]);
  });

  test("a mention without its number or its room is ignored", async () => {
    const client = new TestClient();
    const broken = [{ mail: undefined }, { of: "7" }, { room: 1 }];
    await client.join({}, ...broken.map((fields) => mention(1, 7, fields)));
    expect(mentions(client)).toEqual([]);
  });
});
