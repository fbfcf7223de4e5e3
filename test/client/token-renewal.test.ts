// Token renewal: tests that the app's token function is called before each connection, and after a token has expired.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { resumedWelcome, TestClient } from "./support/test-client.ts";

const TOKEN_ENDED = {
  type: "error",
  code: "unauthorized",
  message: "It has ended.",
};

describe("a token function", () => {
  const begin = async () => {
    const got: string[] = [];
    const token = async () => {
      got.push(`token-${got.length + 1}`);
      return got.at(-1) ?? "";
    };
    const client = new TestClient({ token });
    const first = await client.join();
    return { client, first, got };
  };

  test("token() is called before each connection, and its result is not stored", async () => {
    const { client, first, got } = await begin();
    expect(first.token).toBe("token-1");
    expect((await client.loseConnection()).token).toBe("token-2");
    expect(got).toHaveLength(2);
    expect(JSON.stringify(await client.storage.list(""))).not.toMatch("token-");
  });

  test("an expired token is replaced, and no message or request is lost", async () => {
    const { client } = await begin();
    const page = client.lobby.history();
    const sent = client.lobby.send("hello");
    await flushPromises();
    const [, message] = client.takeSent();
    client.serverSends(TOKEN_ENDED);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({ code: "unauthorized" });
    await client.environment.advanceToNextAttempt();
    expect((await client.acceptJoin()).token).toBe("token-2");
    client.serverSends(resumedWelcome({}));
    await flushPromises();
    const [again, resent] = client.takeSent();
    expect(again).toEqual({ type: "history", fold: true });
    expect(resent).toEqual(message);
    client.serverSends({
      type: "history",
      messages: [],
      more: false,
      epoch: "e1",
    });
    client.serverSends({ type: "ack", id: message?.id, seq: 1, at: 1 });
    expect(await page).toMatchObject({ messages: [] });
    expect(await sent).toMatchObject({ seq: 1 });
    expect(client.events.filter(({ type }) => type === "error")).toEqual([]);
  });

  test("a fresh token that is refused fails the chat", async () => {
    const { client } = await begin();
    await client.loseConnection();
    client.serverSends(TOKEN_ENDED);
    expect(client.lobby.state).toBe("failed");
  });

  test("a token() that fails is called again", async () => {
    let isThere = false;
    const client = new TestClient({
      token: () => {
        if (!isThere) throw new Error("The app is away.");
        return "token-1";
      },
    });
    await flushPromises();
    expect(client.lobby.state).toBe("reconnecting");
    const message = "token() fails: The app is away.";
    expect(client.lobby.reason).toMatchObject({ code: "no_token", message });
    expect(client.environment.sockets).toEqual([]);
    isThere = true;
    await client.environment.advanceToNextAttempt();
    expect((await client.acceptJoin()).token).toBe("token-1");
  });
});

test("a fixed token that has expired is not tried again", async () => {
  const client = new TestClient({ token: "always-the-same-one" });
  await client.join();
  client.serverSends(TOKEN_ENDED);
  client.environment.socket.serverCloses(4506, "unauthorized");
  expect(client.lobby.state).toBe("failed");
  expect(client.lobby.reason).toMatchObject({ code: "unauthorized" });
});
