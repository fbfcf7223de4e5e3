// Wrong arguments: each is a TypeError at the call that names it, and nothing is sent or joined.
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

  test.for([...WRONG, ""])("with the room %o", (room) => {
    expect(connectWith({ ...right, room })).toThrow(
      new TypeError("room must be a string."),
    );
  });

  test.for([".", ".."])("with the room %o, which a URL would drop", (room) => {
    expect(connectWith({ ...right, room })).toThrow(TypeError);
  });

  test.for([...WRONG, ""])("with the username %o", (username) => {
    expect(connectWith({ ...right, username })).toThrow(
      new TypeError("username must be a string."),
    );
  });

  test.for([null, 7, {}, ""])("with the token %o", (token) => {
    expect(connectWith({ ...right, token })).toThrow(
      new TypeError("token must be a string."),
    );
  });

  test.for([Number.NaN, "50", -1, 0.5, null])("with %o for a number", (n) => {
    expect(connectWith({ ...right, history: n })).toThrow("history");
    expect(connectWith({ ...right, maxMessages: n })).toThrow("maxMessages");
  });

  test.for(["get", "set", "claim", "remove", "list"])(
    "with a storage without %s",
    (method) => {
      const storage = { ...memoryStorage(), [method]: undefined };
      expect(connectWith({ ...right, storage })).toThrow(
        new TypeError(`storage.${method} must be a function.`),
      );
    },
  );

  test("with a WebSocket that is none", () => {
    expect(connectWith({ ...right, WebSocket: 5 })).toThrow(
      /^WebSocket is missing/,
    );
  });

  test.for([undefined, "", "/chat", "chat.example", "ftp://chat.example"])(
    "with the URL %o, which is none of a server",
    (url) => {
      expect(() => connect(url as string, right as ConnectOptions)).toThrow(
        /^The URL must look like https:/,
      );
    },
  );

  test.for([undefined, null])("with %o for the options", (options) => {
    const none = options as unknown as ConnectOptions;
    expect(() => connect(URL, none)).toThrow("username must be a string.");
  });

  test("without a username joins as whom the app's token says", async () => {
    const storage = memoryStorage();
    const token = "header.payload.signature";
    const chat = connect(URL, {
      ...{ room: "lobby", token, storage, WebSocket: FakeSocket },
    });
    expect(chat.username).toBe("");
    chat.send("hello");
    await flushPromises();
    // All users of the app would share it.
    expect(await storage.list("")).toEqual([]);
    await chat.close();
    const client = new TestClient({ token, username: undefined });
    const join = await client.acceptJoin();
    expect(join).toMatchObject({ type: "join", token });
    expect(join).not.toHaveProperty("username");
  });
});

describe("a chat", () => {
  test.for(WRONG)("sends no %o", async (text) => {
    const client = new TestClient();
    await client.join();
    const wrong = text as string;
    const error = new TypeError("text must be a string.");
    expect(() => client.chat.send(wrong)).toThrow(error);
    expect(() => client.chat.sendPrivate("bob", wrong)).toThrow(error);
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.chat.pending).toEqual([]);
  });

  test.for(WRONG)("tells no room what is meant for %o", async (to) => {
    const client = new TestClient();
    await client.join();
    expect(() => client.chat.sendPrivate(to as string, "psst")).toThrow(
      new TypeError("to must be a string."),
    );
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
  });

  test("has no event of that name", () => {
    const { chat } = new TestClient();
    const on = (type: string) => () => chat.on(type as "message", () => {});
    expect(on("massage")).toThrow(new TypeError("There is no event massage."));
    expect(on("toString")).toThrow(TypeError);
    expect(on("message")).not.toThrow();
    const listener = undefined as unknown as () => void;
    expect(() => chat.on("message", listener)).toThrow(TypeError);
  });

  test.for(WRONG.slice(0, -1))("has no view that is %o", (listener) => {
    const { chat } = new TestClient();
    expect(() => chat.subscribe(listener as () => void)).toThrow(
      new TypeError("listener must be a function."),
    );
  });

  test.for([...WRONG, ""])("joins no room %o", (name) => {
    const { chat } = new TestClient();
    expect(() => chat.join(name as string)).toThrow(TypeError);
  });

  test.for([undefined, null, {}, "bob", { user: 7 }])(
    "blocks nobody by %o",
    async (who) => {
      const client = new TestClient();
      await client.join();
      const error = new TypeError("user or username must be a string.");
      expect(() => client.chat.block(who as object)).toThrow(error);
      expect(() => client.chat.unblock(who as object)).toThrow(error);
      expect(client.takeSent()).toEqual([]);
    },
  );
});
