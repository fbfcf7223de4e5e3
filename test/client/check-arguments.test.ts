// Argument checks: test that each wrong argument throws a TypeError at the call, and nothing is sent.
import { describe, expect, test } from "vitest";
import {
  type ConnectOptions,
  connect,
  memoryStorage,
} from "../../src/client/index.ts";
import { flushPromises } from "./support/fake-environment.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { TestClient } from "./support/test-client.ts";

const WRONG = [undefined, null, 7, {}, [], () => {}];

describe("connect", () => {
  const URL = "https://chat.example";
  const right = { room: "lobby", username: "alice" };
  const connectWith = (options: object) => () =>
    connect(URL, {
      ...{ storage: memoryStorage(), WebSocket: FakeSocket },
      ...options,
    } as unknown as ConnectOptions);

  test.for([...WRONG, ""])("connect refuses the room %o", (room) => {
    expect(connectWith({ ...right, room })).toThrow(
      new TypeError("room must be a string."),
    );
  });

  test.for([".", ".."])(
    "connect refuses the room %o, which a URL would drop",
    (room) => {
      expect(connectWith({ ...right, room })).toThrow(TypeError);
    },
  );

  test.for([...WRONG, ""])("connect refuses the username %o", (username) => {
    expect(connectWith({ ...right, username })).toThrow(
      new TypeError("username must be a string."),
    );
  });

  test.for([null, 7, {}, ""])("connect refuses the token %o", (token) => {
    expect(connectWith({ ...right, token })).toThrow(
      new TypeError("token must be a string."),
    );
  });

  test.for([Number.NaN, "50", -1, 0.5, null])(
    "connect refuses %o as a number",
    (n) => {
      expect(connectWith({ ...right, history: n })).toThrow("history");
      expect(connectWith({ ...right, maxMessages: n })).toThrow("maxMessages");
    },
  );

  test.for(["get", "set", "claim", "remove", "list"])(
    "connect refuses a storage without %s",
    (method) => {
      const storage = { ...memoryStorage(), [method]: undefined };
      expect(connectWith({ ...right, storage })).toThrow(
        new TypeError(`storage.${method} must be a function.`),
      );
    },
  );

  test("connect refuses a WebSocket that is none", () => {
    expect(connectWith({ ...right, WebSocket: 5 })).toThrow(
      /^WebSocket is missing/,
    );
  });

  test.for([undefined, "", "/chat", "chat.example", "ftp://chat.example"])(
    "connect refuses the URL %o",
    (url) => {
      expect(() => connect(url as string, right as ConnectOptions)).toThrow(
        /^The URL must look like https:/,
      );
    },
  );

  test.for([undefined, null])("connect refuses the options %o", (options) => {
    const none = options as unknown as ConnectOptions;
    expect(() => connect(URL, none)).toThrow("username must be a string.");
  });

  test("connect without a username joins as the user of the app's token", async () => {
    const storage = memoryStorage();
    const token = "header.payload.signature";
    const room = connect(URL, {
      ...{ room: "lobby", token, storage, WebSocket: FakeSocket },
    });
    expect(room.client.username).toBe("");
    room.send("hello");
    await flushPromises();
    // All users of the app would share the stored data.
    expect(await storage.list("")).toEqual([]);
    await room.client.close();
    const client = new TestClient({ token, username: undefined });
    const join = await client.acceptJoin();
    expect(join).toMatchObject({ type: "join", token });
    expect(join).not.toHaveProperty("username");
  });
});

describe("a chat", () => {
  test.for(WRONG)("send refuses the text %o", async (text) => {
    const client = new TestClient();
    await client.join();
    const wrong = text as string;
    const error = new TypeError("text must be a string.");
    expect(() => client.lobby.send(wrong)).toThrow(error);
    expect(() => client.sdk.sendPrivate("bob", wrong)).toThrow(error);
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.lobby.pending).toEqual([]);
  });

  test.for(WRONG)(
    "sendPrivate refuses the recipient %o, and the room gets nothing",
    async (to) => {
      const client = new TestClient();
      await client.join();
      expect(() => client.sdk.sendPrivate(to as string, "psst")).toThrow(
        new TypeError("to must be a string."),
      );
      await flushPromises();
      expect(client.takeSent()).toEqual([]);
    },
  );

  test("on refuses an unknown event", () => {
    const { lobby } = new TestClient();
    const on = (type: string) => () => lobby.on(type as "message", () => {});
    expect(on("massage")).toThrow(new TypeError("There is no event massage."));
    expect(on("toString")).toThrow(TypeError);
    expect(on("message")).not.toThrow();
    const listener = undefined as unknown as () => void;
    expect(() => lobby.on("message", listener)).toThrow(TypeError);
  });

  test.for(WRONG.slice(0, -1))(
    "subscribe refuses the listener %o",
    (listener) => {
      const { lobby } = new TestClient();
      expect(() => lobby.subscribe(listener as () => void)).toThrow(
        new TypeError("listener must be a function."),
      );
    },
  );

  test.for([...WRONG, ""])("join refuses the room %o", (name) => {
    const { sdk } = new TestClient();
    expect(() => sdk.join(name as string)).toThrow(TypeError);
  });

  test.for([undefined, null, {}, "bob", { user: 7 }])(
    "block refuses the user %o",
    async (who) => {
      const client = new TestClient();
      await client.join();
      const error = new TypeError("user or username must be a string.");
      expect(() => client.sdk.block(who as object)).toThrow(error);
      expect(() => client.sdk.unblock(who as object)).toThrow(error);
      expect(client.takeSent()).toEqual([]);
    },
  );
});
