// Wrong arguments: each is a TypeError at the call that names it, and nothing is sent or joined.
import { describe, expect, test } from "vitest";
import {
  type ConnectOptions,
  connect,
  memoryStorage,
} from "../../src/client/index.ts";
import { settled } from "./place.ts";
import { Room } from "./room.ts";
import { FakeSocket } from "./socket.ts";

const WRONG = [undefined, null, 7, {}, [], () => {}];

describe("connect", () => {
  const URL = "https://chat.example";
  const right = { room: "lobby", username: "alice" };
  const begin = (options: object) => () =>
    connect(URL, {
      ...{ storage: memoryStorage(), WebSocket: FakeSocket },
      ...options,
    } as unknown as ConnectOptions);

  test.for([...WRONG, ""])("with the room %o", (room) => {
    expect(begin({ ...right, room })).toThrow(
      new TypeError("room must be a string."),
    );
  });

  test.for([".", ".."])("with the room %o, which a URL would drop", (room) => {
    expect(begin({ ...right, room })).toThrow(TypeError);
  });

  test.for([...WRONG, ""])("with the username %o", (username) => {
    expect(begin({ ...right, username })).toThrow(
      new TypeError("username must be a string."),
    );
  });

  test.for([null, 7, {}, ""])("with the token %o", (token) => {
    expect(begin({ ...right, token })).toThrow(
      new TypeError("token must be a string."),
    );
  });

  test.for([Number.NaN, "50", -1, 0.5, null])("with %o for a number", (n) => {
    expect(begin({ ...right, history: n })).toThrow("history");
    expect(begin({ ...right, keep: n })).toThrow("keep");
  });

  test.for(["get", "set", "claim", "remove", "list"])(
    "with a storage without %s",
    (method) => {
      const storage = { ...memoryStorage(), [method]: undefined };
      expect(begin({ ...right, storage })).toThrow(
        new TypeError(`storage.${method} must be a function.`),
      );
    },
  );

  test("with a WebSocket that is none", () => {
    expect(begin({ ...right, WebSocket: 5 })).toThrow(/^No WebSocket here/);
  });

  test.for([undefined, "", "/chat", "chat.example", "ftp://chat.example"])(
    "with the URL %o, which is none of a server",
    (url) => {
      expect(() => connect(url as string, right as ConnectOptions)).toThrow(
        /^The URL must be as https:/,
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
    await settled();
    // All users of the app would share it.
    expect(await storage.list("")).toEqual([]);
    await chat.close();
    const room = new Room({ token, username: undefined });
    const join = await room.joins();
    expect(join).toMatchObject({ type: "join", token });
    expect(join).not.toHaveProperty("username");
  });
});

describe("a chat", () => {
  test.for(WRONG)("sends no %o", async (text) => {
    const room = new Room();
    await room.enters();
    const wrong = text as string;
    const words = new TypeError("text must be a string.");
    expect(() => room.chat.send(wrong)).toThrow(words);
    expect(() => room.chat.private("bob", wrong)).toThrow(words);
    await settled();
    expect(room.sent()).toEqual([]);
    expect(room.chat.pending).toEqual([]);
  });

  test.for(WRONG)("tells no room what is meant for %o", async (to) => {
    const room = new Room();
    await room.enters();
    expect(() => room.chat.private(to as string, "psst")).toThrow(
      new TypeError("to must be a string."),
    );
    await settled();
    expect(room.sent()).toEqual([]);
  });

  test("has no event of that name", () => {
    const { chat } = new Room();
    const on = (type: string) => () => chat.on(type as "message", () => {});
    expect(on("massage")).toThrow(new TypeError("There is no event massage."));
    expect(on("toString")).toThrow(TypeError);
    expect(on("message")).not.toThrow();
    const listener = undefined as unknown as () => void;
    expect(() => chat.on("message", listener)).toThrow(TypeError);
  });

  test.for(WRONG.slice(0, -1))("has no view that is %o", (listener) => {
    const { chat } = new Room();
    expect(() => chat.subscribe(listener as () => void)).toThrow(
      new TypeError("listener must be a function."),
    );
  });

  test.for([...WRONG, ""])("joins no room %o", (name) => {
    const { chat } = new Room();
    expect(() => chat.join(name as string)).toThrow(TypeError);
  });

  test.for([undefined, null, {}, "bob", { user: 7 }])(
    "blocks nobody by %o",
    async (who) => {
      const room = new Room();
      await room.enters();
      const words = new TypeError("user or username must be a string.");
      expect(() => room.chat.block(who as object)).toThrow(words);
      expect(() => room.chat.unblock(who as object)).toThrow(words);
      expect(room.sent()).toEqual([]);
    },
  );
});
