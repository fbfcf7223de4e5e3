// Being connected: the join, pings, backoff, waking up, close codes, refusals.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { message, Room, welcome } from "./room.ts";

describe("joining", () => {
  test("alice joins with a secret of her own making, not in the URL", async () => {
    const room = new Room({ history: 20 });
    const join = await room.joins();
    expect(join).toEqual({
      type: "join",
      username: "alice",
      token: expect.stringMatching(/^\S{22,}$/),
      device: "device",
      history: 20,
      mailSince: 0,
    });
    expect(room.place.socket.url).toBe("ws://chat.example/rooms/lobby");
    expect(room.place.socket.protocols).toEqual(["edge-chat.v1"]);
  });

  test("the secret stays the same after a reload", async () => {
    const room = new Room();
    const { token } = await room.joins();
    const again = new Room({ storage: room.storage, name: "other" });
    expect((await again.joins()).token).toBe(token);
  });

  test("a token of the app's is used, and not kept", async () => {
    const token = "the-token-of-the-app-itself";
    const room = new Room({ token });
    expect((await room.joins()).token).toBe(token);
    expect(JSON.stringify(await room.storage.list(""))).not.toContain(token);
  });

  test("it is live once the server has welcomed it", async () => {
    const room = new Room();
    expect(room.chat.state).toBe("connecting");
    const ready = room.chat.ready();
    await room.enters({
      username: "Alice",
      members: ["Alice", "bob"],
      count: 2,
    });
    await ready;
    expect(room.chat.getSnapshot()).toMatchObject({
      state: "live",
      reason: null,
      username: "Alice",
      members: ["Alice", "bob"],
      count: 2,
    });
    expect(room.states).toEqual(["live"]);
  });

  test("a server without the subprotocol sends one object a frame", async () => {
    const room = new Room();
    await room.joins("");
    room.place.socket.saysRaw(JSON.stringify(welcome()));
    room.place.socket.saysRaw(JSON.stringify(message(1, { text: "a\nb" })));
    expect(room.shown).toEqual(["a\nb"]);
  });

  test("frames that are no JSON, or not what they say, cost nothing", async () => {
    const room = new Room();
    await room.enters();
    room.place.socket.saysRaw("{");
    room.place.socket.saysRaw(new ArrayBuffer(3));
    room.says({ type: "message", seq: "1" }, { type: 7 }, { type: "later" });
    room.says(message(1));
    expect(room.shown).toEqual(["text 1"]);
  });
});

describe("a refused join", () => {
  test.for([
    ["username_taken", 60_000],
    ["bad_username", undefined],
    ["unauthorized", undefined],
    ["banned", undefined],
    ["a_code_of_tomorrow", undefined],
  ] as const)("%s is told, and not tried again", async ([code, retryAfter]) => {
    const room = new Room();
    const ready = room.chat.ready();
    await room.joins();
    room.says({ type: "error", code, message: "No.", retryAfter });
    await expect(ready).rejects.toMatchObject({ code, retryAfter });
    expect(room.chat.state).toBe("refused");
    expect(room.place.socket.closedWith).toBe(1000);
    await room.place.pass(600_000);
    expect(room.place.sockets).toHaveLength(1);
    room.chat.reconnect();
    await room.enters();
    expect(room.chat.state).toBe("live");
  });

  test.for([
    ["rate_limited", 3000],
    ["unavailable", 1000],
    ["room_full", 5000],
  ] as const)("%s is tried again, not before time", async ([code, wait]) => {
    const room = new Room();
    room.place.chance = 0;
    await room.joins();
    const retryAfter = code === "room_full" ? undefined : wait;
    room.says({ type: "error", code, message: "Later.", retryAfter });
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code });
    expect(await room.place.nextTry()).toBe(wait);
    await room.enters();
    expect(room.chat.state).toBe("live");
  });

  test("a room name that cannot be is found out", async () => {
    const room = new Room();
    room.place.problem = { code: "bad_room" };
    await settled();
    room.place.socket.ends();
    await settled();
    expect(room.chat.state).toBe("refused");
    expect(room.chat.reason).toMatchObject({ code: "bad_room" });
  });
});

describe("an address at which no WebSocket opens", () => {
  const ends = async (room: Room) => {
    await settled();
    room.place.socket.ends();
    await settled();
  };

  test("is named, with what answers there", async () => {
    const room = new Room();
    await ends(room);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({
      code: "connection_lost",
      message: "No connection to ws://chat.example/rooms/lobby: HTTP 404.",
    });
    expect(room.states).toEqual(["offline"]);
  });

  test("may be wrong, it says after some tries", async () => {
    const room = new Room();
    for (let tries = 0; tries < 3; tries++) {
      expect(room.chat.reason?.message ?? "").not.toContain("address");
      await room.place.nextTry().catch(() => {});
      await ends(room);
    }
    expect(room.chat.reason?.message).toBe(
      "No connection to ws://chat.example/rooms/lobby: HTTP 404. Is the address right?",
    );
  });

  test("is asked no more once it has worked", async () => {
    const room = new Room();
    await room.enters();
    room.place.socket.ends();
    expect(room.chat.reason?.message).toBe("The connection was lost.");
    await room.place.nextTry();
    await ends(room);
    expect(room.place.probes).toBe(0);
    expect(room.chat.reason?.message).toContain("it does not open");
  });

  test("is named too when nothing at all comes back", async () => {
    const room = new Room();
    await settled();
    await room.place.pass(15_000);
    expect(room.chat.reason).toMatchObject({
      code: "no_answer",
      message:
        "No connection to ws://chat.example/rooms/lobby: no welcome in 15 s.",
    });
  });

  test("holds nothing up while what answers there is awaited", async () => {
    const room = new Room();
    room.place.probe = () => new Promise(() => {});
    await ends(room);
    await room.place.pass(15_000);
    expect(room.chat.state).toBe("offline");
    room.chat.reconnect();
    await room.enters();
    expect(room.chat.state).toBe("live");
  });
});

describe("a lost connection", () => {
  test("is tried again after a random time that doubles up to 30 s", async () => {
    const room = new Room();
    room.place.chance = 1;
    await settled();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      room.place.socket.ends();
      waits.push(await room.place.nextTry());
    }
    expect(waits).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
    room.place.chance = 0.25;
    room.place.socket.ends();
    expect(await room.place.nextTry()).toBe(7500);
  });

  test("starts from the beginning once it has been good for a while", async () => {
    const room = new Room();
    room.place.chance = 1;
    await room.enters();
    room.place.socket.ends(4002, "restarted");
    expect(room.chat.reason).toMatchObject({ code: "restarted" });
    expect(await room.place.nextTry()).toBe(1000);
    await room.enters();
    room.place.socket.ends();
    expect(await room.place.nextTry()).toBe(2000);
    await room.enters();
    await room.place.pass(5000);
    room.place.socket.ends();
    expect(await room.place.nextTry()).toBe(1000);
  });

  test.for([1000, 1001, 1006, 1011, 1012, 4000, 4003, 4499])(
    "with code %i is come back from",
    async (code) => {
      const room = new Room();
      await room.enters();
      room.place.socket.ends(code, "some reason");
      expect(room.chat.state).toBe("offline");
    },
  );

  test.for([
    [1009, "", "too_large"],
    [4500, "refused", "refused"],
    [4503, "replaced", "replaced"],
    [4504, "name reclaimed", "name_reclaimed"],
    [4999, "a reason of tomorrow", "a_reason_of_tomorrow"],
  ] as const)("with code %i is not", async ([code, reason, told]) => {
    const room = new Room();
    await room.enters();
    room.place.socket.ends(code, reason);
    expect(room.chat.state).toBe("refused");
    expect(room.chat.reason).toMatchObject({ code: told });
    await room.place.pass(600_000);
    expect(room.place.sockets).toHaveLength(1);
  });

  test("is tried at once when the network or the page is back", async () => {
    const room = new Room();
    await room.enters();
    room.place.socket.ends();
    await settled();
    room.place.wake();
    await room.enters();
    expect(room.chat.state).toBe("live");
  });

  test("a socket that never opens is given up", async () => {
    const room = new Room();
    await settled();
    await room.place.pass(15_000);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code: "no_answer" });
    // Whatever it still has to say concerns nobody.
    const [first] = room.place.sockets;
    await room.place.pass(1000);
    first?.accept();
    expect(first?.frames).toEqual([]);
  });
});

describe("staying connected", () => {
  test("a ping goes out every 30 s, in exactly its bytes", async () => {
    const room = new Room();
    await room.enters();
    await room.place.pass(29_999);
    expect(room.place.socket.frames).toHaveLength(1);
    await room.place.pass(1);
    for (let i = 0; i < 2; i++) {
      room.says({ type: "pong" });
      await room.place.pass(30_000);
    }
    const pings = room.place.socket.frames.slice(1);
    expect(pings.filter((frame) => frame === '{"type":"ping"}')).toHaveLength(
      3,
    );
    expect(room.chat.state).toBe("live");
  });

  test("a connection that does not answer a ping is dead after 10 s", async () => {
    const room = new Room();
    await room.enters();
    await room.place.pass(39_999);
    expect(room.chat.state).toBe("live");
    await room.place.pass(1);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code: "no_answer" });
  });

  test("any frame shows that it is alive", async () => {
    const room = new Room();
    await room.enters();
    await room.place.pass(35_000);
    room.says(message(1));
    await room.place.pass(20_000);
    expect(room.chat.state).toBe("live");
  });

  test("waking up checks whether it is still there", async () => {
    const room = new Room();
    await room.enters();
    room.place.wake();
    expect(room.sent()).toEqual([{ type: "ping" }]);
    await room.place.pass(10_000);
    expect(room.chat.state).toBe("offline");
  });

  test("what has arrived is confirmed now and then, if it is news", async () => {
    const room = new Room();
    await room.enters({}, message(1));
    const beat = async () => {
      await room.place.pass(30_000);
      room.says({ type: "pong" });
      return room.sent().filter(({ type }) => type === "received");
    };
    expect(await beat()).toEqual([{ type: "received", seq: 1, mail: 0 }]);
    expect(await beat()).toEqual([]);
    room.says(message(2));
    expect(await beat()).toEqual([{ type: "received", seq: 2, mail: 0 }]);
  });
});

describe("closing", () => {
  test("leaves the room, and stays closed", async () => {
    const room = new Room();
    await room.enters();
    await room.chat.close();
    expect(room.sent()).toEqual([{ type: "leave" }]);
    expect(room.place.socket.closedWith).toBe(1000);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code: "closed" });
    room.place.wake();
    await room.place.pass(100_000);
    expect(room.place.sockets).toHaveLength(1);
    expect(room.place.isIdle).toBe(true);
    await expect(room.chat.send("too late")).rejects.toMatchObject({
      code: "closed",
    });
    await expect(room.chat.ready()).rejects.toMatchObject({ code: "closed" });
  });

  test("ends an iteration after what there was to read", async () => {
    const room = new Room();
    const read: string[] = [];
    const reading = (async () => {
      for await (const event of room.chat) read.push(event.type);
    })();
    await room.enters({}, message(1));
    await room.chat.close();
    await reading;
    expect(read).toEqual(["state", "members", "message", "state"]);
  });
});
