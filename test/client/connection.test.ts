// Connection: tests joins, pings, backoff, wake events, close codes and refusals.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { message, TestClient, welcome } from "./support/test-client.ts";

describe("joining", () => {
  test("a user joins with a secret that the SDK makes, not in the URL", async () => {
    const client = new TestClient({ history: 20 });
    const join = await client.acceptJoin();
    expect(join).toEqual({
      type: "join",
      fold: true,
      username: "alice",
      token: expect.stringMatching(/^\S{22,}$/),
      device: "device",
      history: 20,
      details: true,
      mailSince: 0,
    });
    expect(client.environment.socket.url).toBe("ws://chat.example/rooms/lobby");
    expect(client.environment.socket.protocols).toEqual(["edge-chat.v1"]);
  });

  test("the secret stays the same after a reload", async () => {
    const client = new TestClient();
    const { token } = await client.acceptJoin();
    const again = new TestClient({ storage: client.storage, name: "other" });
    expect((await again.acceptJoin()).token).toBe(token);
  });

  test("the app's token is used, and not stored", async () => {
    const token = "the-token-of-the-app-itself";
    const client = new TestClient({ token });
    expect((await client.acceptJoin()).token).toBe(token);
    expect(JSON.stringify(await client.storage.list(""))).not.toContain(token);
  });

  test("a chat is connected after the welcome", async () => {
    const client = new TestClient();
    expect(client.lobby.state).toBe("connecting");
    const ready = client.lobby.ready();
    await client.join({
      username: "Alice",
      members: ["Alice", "bob"],
      count: 2,
    });
    await ready;
    expect(client.lobby.getSnapshot()).toMatchObject({
      state: "connected",
      reason: null,
      members: ["Alice", "bob"],
      count: 2,
    });
    expect(client.sdk.getSnapshot()).toMatchObject({
      state: "connected",
      username: "Alice",
    });
    expect(client.states).toEqual(["connected"]);
  });

  test("a server without the subprotocol sends one object per frame", async () => {
    const client = new TestClient();
    await client.acceptJoin("");
    client.environment.socket.serverSendsRaw(JSON.stringify(welcome()));
    client.environment.socket.serverSendsRaw(
      JSON.stringify(message(1, { text: "a\nb" })),
    );
    expect(client.shownTexts).toEqual(["a\nb"]);
  });

  test("frames that are not JSON or lack fields are ignored", async () => {
    const client = new TestClient();
    await client.join();
    client.environment.socket.serverSendsRaw("{");
    client.environment.socket.serverSendsRaw(new ArrayBuffer(3));
    client.serverSends(
      { type: "message", seq: "1" },
      { type: 7 },
      { type: "later" },
    );
    client.serverSends(message(1));
    expect(client.shownTexts).toEqual(["text 1"]);
  });
});

describe("a refused join", () => {
  test.for([
    ["username_taken", 60_000],
    ["bad_username", undefined],
    ["unauthorized", undefined],
    ["banned", undefined],
    ["a_code_of_tomorrow", undefined],
  ] as const)(
    "a join refused with %s is reported, and not tried again",
    async ([code, retryAfter]) => {
      const client = new TestClient();
      const ready = client.lobby.ready();
      await client.acceptJoin();
      client.serverSends({ type: "error", code, message: "No.", retryAfter });
      await expect(ready).rejects.toMatchObject({ code, retryAfter });
      expect(client.lobby.state).toBe("failed");
      expect(client.environment.socket.closeCode).toBe(1000);
      await client.environment.advance(600_000);
      expect(client.environment.sockets).toHaveLength(1);
      client.lobby.reconnect();
      await client.join();
      expect(client.lobby.state).toBe("connected");
    },
  );

  test.for([
    ["rate_limited", 3000],
    ["unavailable", 1000],
    ["room_full", 5000],
  ] as const)(
    "a join refused with %s is tried again, not before its time",
    async ([code, wait]) => {
      const client = new TestClient();
      client.environment.randomValue = 0;
      await client.acceptJoin();
      const retryAfter = code === "room_full" ? undefined : wait;
      client.serverSends({
        type: "error",
        code,
        message: "Later.",
        retryAfter,
      });
      expect(client.lobby.state).toBe("reconnecting");
      expect(client.lobby.reason).toMatchObject({ code });
      expect(await client.environment.advanceToNextAttempt()).toBe(wait);
      await client.join();
      expect(client.lobby.state).toBe("connected");
    },
  );

  test("a room name that the server refuses is reported", async () => {
    const client = new TestClient();
    client.environment.probeProblem = { code: "bad_room" };
    await flushPromises();
    client.environment.socket.serverCloses();
    await flushPromises();
    expect(client.lobby.state).toBe("failed");
    expect(client.lobby.reason).toMatchObject({ code: "bad_room" });
  });
});

describe("an address at which no WebSocket opens", () => {
  const ends = async (client: TestClient) => {
    await flushPromises();
    client.environment.socket.serverCloses();
    await flushPromises();
  };

  test("an address without a WebSocket is reported with its HTTP answer", async () => {
    const client = new TestClient();
    await ends(client);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({
      code: "connection_lost",
      message: "No connection to ws://chat.example/rooms/lobby: HTTP 404.",
    });
    expect(client.states).toEqual(["reconnecting"]);
  });

  test("a user is asked after some attempts whether the address is right", async () => {
    const client = new TestClient();
    for (let tries = 0; tries < 3; tries++) {
      expect(client.lobby.reason?.message ?? "").not.toContain("address");
      await client.environment.advanceToNextAttempt().catch(() => {});
      await ends(client);
    }
    expect(client.lobby.reason?.message).toBe(
      "No connection to ws://chat.example/rooms/lobby: HTTP 404. Is the address right?",
    );
  });

  test("an address that has worked is not probed again", async () => {
    const client = new TestClient();
    await client.join();
    client.environment.socket.serverCloses();
    expect(client.lobby.reason?.message).toBe("The connection was lost.");
    await client.environment.advanceToNextAttempt();
    await ends(client);
    expect(client.environment.probeCount).toBe(0);
    expect(client.lobby.reason?.message).toContain("it does not open");
  });

  test("an address that never answers is reported too", async () => {
    const client = new TestClient();
    await flushPromises();
    await client.environment.advance(15_000);
    expect(client.lobby.reason).toMatchObject({
      code: "no_answer",
      message:
        "No connection to ws://chat.example/rooms/lobby: no welcome in 15 s.",
    });
  });

  test("a slow probe delays no attempt", async () => {
    const client = new TestClient();
    client.environment.probe = () => new Promise(() => {});
    await ends(client);
    await client.environment.advance(15_000);
    expect(client.lobby.state).toBe("reconnecting");
    client.lobby.reconnect();
    await client.join();
    expect(client.lobby.state).toBe("connected");
  });
});

describe("a lost connection", () => {
  test("a lost connection is tried again after a random time that doubles up to 30 s", async () => {
    const client = new TestClient();
    client.environment.randomValue = 1;
    await flushPromises();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      client.environment.socket.serverCloses();
      waits.push(await client.environment.advanceToNextAttempt());
    }
    expect(waits).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
    client.environment.randomValue = 0.25;
    client.environment.socket.serverCloses();
    expect(await client.environment.advanceToNextAttempt()).toBe(7500);
  });

  test("the backoff starts again after a stable connection", async () => {
    const client = new TestClient();
    client.environment.randomValue = 1;
    await client.join();
    client.environment.socket.serverCloses(4002, "restarted");
    expect(client.lobby.reason).toMatchObject({ code: "restarted" });
    expect(await client.environment.advanceToNextAttempt()).toBe(1000);
    await client.join();
    client.environment.socket.serverCloses();
    expect(await client.environment.advanceToNextAttempt()).toBe(2000);
    await client.join();
    await client.environment.advance(5000);
    client.environment.socket.serverCloses();
    expect(await client.environment.advanceToNextAttempt()).toBe(1000);
  });

  test.for([1000, 1001, 1006, 1011, 1012, 4000, 4003, 4499])(
    "a connection that was closed with code %i is opened again",
    async (code) => {
      const client = new TestClient();
      await client.join();
      client.environment.socket.serverCloses(code, "some reason");
      expect(client.lobby.state).toBe("reconnecting");
    },
  );

  test.for([
    [1009, "", "too_large"],
    [4500, "refused", "refused"],
    [4503, "replaced", "replaced"],
    [4504, "name reclaimed", "name_reclaimed"],
    [4999, "a reason of tomorrow", "a_reason_of_tomorrow"],
  ] as const)(
    "a connection that was closed with code %i stays closed",
    async ([code, reason, expectedCode]) => {
      const client = new TestClient();
      await client.join();
      client.environment.socket.serverCloses(code, reason);
      expect(client.lobby.state).toBe("failed");
      expect(client.lobby.reason).toMatchObject({ code: expectedCode });
      await client.environment.advance(600_000);
      expect(client.environment.sockets).toHaveLength(1);
    },
  );

  test("an attempt starts at once when the network or the page is back", async () => {
    const client = new TestClient();
    await client.join();
    client.environment.socket.serverCloses();
    await flushPromises();
    client.environment.wake();
    await client.join();
    expect(client.lobby.state).toBe("connected");
  });

  test("a socket that never opens is given up", async () => {
    const client = new TestClient();
    await flushPromises();
    await client.environment.advance(15_000);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({ code: "no_answer" });
    // Later events of the socket are ignored.
    const [first] = client.environment.sockets;
    await client.environment.advance(1000);
    first?.accept();
    expect(first?.frames).toEqual([]);
  });
});

describe("staying connected", () => {
  test("a ping is sent every 30 s, in exactly its bytes", async () => {
    const client = new TestClient();
    await client.join();
    await client.environment.advance(29_999);
    expect(client.environment.socket.frames).toHaveLength(1);
    await client.environment.advance(1);
    for (let i = 0; i < 2; i++) {
      client.serverSends({ type: "pong" });
      await client.environment.advance(30_000);
    }
    const pings = client.environment.socket.frames.slice(1);
    expect(pings.filter((frame) => frame === '{"type":"ping"}')).toHaveLength(
      3,
    );
    expect(client.lobby.state).toBe("connected");
  });

  test("a connection that does not answer a ping is lost after 10 s", async () => {
    const client = new TestClient();
    await client.join();
    await client.environment.advance(39_999);
    expect(client.lobby.state).toBe("connected");
    await client.environment.advance(1);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({ code: "no_answer" });
  });

  test("any frame shows that the connection is alive", async () => {
    const client = new TestClient();
    await client.join();
    await client.environment.advance(35_000);
    client.serverSends(message(1));
    await client.environment.advance(20_000);
    expect(client.lobby.state).toBe("connected");
  });

  test("a page that wakes up checks the connection", async () => {
    const client = new TestClient();
    await client.join();
    client.environment.wake();
    expect(client.takeSent()).toEqual([{ type: "ping" }]);
    await client.environment.advance(10_000);
    expect(client.lobby.state).toBe("reconnecting");
  });

  test("the SDK confirms what it has received every 30 s, if there is news", async () => {
    const client = new TestClient();
    await client.join({}, message(1));
    const beat = async () => {
      await client.environment.advance(30_000);
      client.serverSends({ type: "pong" });
      return client.takeSent().filter(({ type }) => type === "received");
    };
    expect(await beat()).toEqual([{ type: "received", seq: 1, mail: 0 }]);
    expect(await beat()).toEqual([]);
    client.serverSends(message(2));
    expect(await beat()).toEqual([{ type: "received", seq: 2, mail: 0 }]);
  });
});

describe("closing", () => {
  test("a closed chat leaves the room, and stays closed", async () => {
    const client = new TestClient();
    await client.join();
    await client.sdk.close();
    expect(client.takeSent()).toEqual([{ type: "leave" }]);
    expect(client.environment.socket.closeCode).toBe(1000);
    expect(client.lobby.state).toBe("closed");
    expect(client.lobby.reason).toMatchObject({ code: "closed" });
    client.environment.wake();
    await client.environment.advance(100_000);
    expect(client.environment.sockets).toHaveLength(1);
    expect(client.environment.isIdle).toBe(true);
    await expect(client.lobby.send("too late")).rejects.toMatchObject({
      code: "closed",
    });
    await expect(client.lobby.ready()).rejects.toMatchObject({
      code: "closed",
    });
  });

  test("closing ends an iteration after its unread events", async () => {
    const client = new TestClient();
    const read: string[] = [];
    const reading = (async () => {
      for await (const event of client.lobby) read.push(event.type);
    })();
    await client.join({}, message(1));
    await client.sdk.close();
    await reading;
    expect(read).toEqual(["state", "members", "message", "state"]);
  });
});
