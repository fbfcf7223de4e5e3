// The place a chat runs in, as the client finds it: the page's events, the locks of tabs, sockets and secrets.
import { afterEach, describe, expect, test, vi } from "vitest";
import { createEnvironment } from "../../src/client/environment.ts";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { ack, welcome } from "./support/test-client.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A window with a page in it, as far as waking up is concerned. */
function page() {
  const [window, document] = [new EventTarget(), new EventTarget()];
  const visible = Object.assign(document, { visibilityState: "visible" });
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("document", visible);
  return { window, document: visible };
}

describe("waking up", () => {
  test("is heard when the network is back, or the page visible", () => {
    const { window, document } = page();
    let woken = 0;
    const stop = createEnvironment().onWake(() => woken++);
    window.dispatchEvent(new Event("online"));
    expect(woken).toBe(1);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(woken).toBe(2);
    document.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
    expect(woken).toBe(2);
    stop();
    document.visibilityState = "visible";
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("online"));
    expect(woken).toBe(2);
  });

  test("costs nothing where there is no page", () => {
    createEnvironment().onWake(() => {})();
  });
});

describe("locks between tabs", () => {
  const { locks } = createEnvironment();
  const held = async () => [...((await locks?.held()) ?? [])];

  test("are seen while they are held", async () => {
    const letGo = locks?.hold("a tab");
    expect(await held()).toContain("a tab");
    letGo?.();
    await vi.waitUntil(async () => !(await held()).includes("a tab"));
  });

  test("let one act at a time", async () => {
    const events: string[] = [];
    const act = (name: string) => async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
    };
    await Promise.all([
      locks?.runExclusive("turn", act("one")),
      locks?.runExclusive("turn", act("two")),
    ]);
    expect(events).toEqual([
      ...["one begins", "one ends", "two begins", "two ends"],
    ]);
  });
});

test("secrets have 128 bits, and are never the same", () => {
  const { createSecret } = createEnvironment();
  const secrets = new Set(Array.from({ length: 100 }, createSecret));
  expect(secrets.size).toBe(100);
  for (const one of secrets) expect(one).toMatch(/^[0-9a-f]{32}$/);
});

describe("an address", () => {
  const opened: string[] = [];
  class Recorded extends FakeSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      opened.push(url);
    }
  }
  const options = {
    ...{ room: "a room/ä", username: "alice" },
    WebSocket: Recorded,
  };

  test.for([
    { url: "https://chat.example", server: "wss://chat.example" },
    { url: "http://[::1]:8787/", server: "ws://[::1]:8787" },
    { url: "wss://a.example/chat/", server: "wss://a.example/chat" },
  ])("$url leads to $server", async ({ url, server }) => {
    opened.length = 0;
    const chat = connect(url, { ...options, storage: memoryStorage() });
    await vi.waitUntil(() => opened.length > 0);
    expect(opened).toEqual([`${server}/rooms/a%20room%2F%C3%A4`]);
    await chat.close();
  });

  test.for(["chat.example", "ftp://chat.example", ""])(
    "%o is refused at once",
    (url) => {
      expect(() => connect(url, options)).toThrow(TypeError);
    },
  );

  test.for([
    "https://alice:secret@chat.example",
    "https://alice@chat.example",
    "https://:secret@chat.example",
    "https://chat.example/?room=lobby",
    "https://chat.example/#lobby",
  ])("%s is refused: that would be dropped without a word", (url) => {
    const attempt = () => connect(url, options);
    expect(attempt).toThrow("without user, password, query or hash");
    // It may stand in a log.
    expect(attempt).not.toThrow("secret");
  });

  test("without crypto.getRandomValues is refused at once, in words", () => {
    vi.stubGlobal("crypto", undefined);
    const attempt = () => connect("https://chat.example", options);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow("crypto.getRandomValues is missing");
  });

  test("needs nothing else that React Native has not", async () => {
    const missing = [
      ...["TextEncoder", "structuredClone", "BroadcastChannel", "indexedDB"],
      ...["document", "navigator", "addEventListener"],
    ];
    for (const name of missing) vi.stubGlobal(name, undefined);
    vi.stubGlobal("crypto", {
      getRandomValues: (bytes: Uint8Array) => bytes.fill(7),
    });
    vi.resetModules();
    const fresh = await import("../../src/client/index.ts");
    const sockets: FakeSocket[] = [];
    class Kept extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const chat = fresh.connect("https://chat.example", {
      ...{ room: "lobby", username: "alice", WebSocket: Kept },
      history: 0,
    });
    await vi.waitUntil(() => sockets.length > 0);
    sockets[0]?.accept();
    sockets[0]?.serverSends(welcome());
    const sent = chat.send("雷 and 😀");
    await vi.waitUntil(() => (sockets[0]?.frames.length ?? 0) > 1);
    sockets[0]?.serverSends(
      ack({ ...sockets[0]?.takeSent()[1], type: "message" }, 1),
    );
    expect(await sent).toMatchObject({ seq: 1 });
    await chat.close();
  });

  test("without any WebSocket is refused at once, in words", () => {
    vi.stubGlobal("WebSocket", undefined);
    const { WebSocket: _, ...without } = options;
    expect(() => connect("https://chat.example", without)).toThrow(
      "WebSocket is missing",
    );
  });
});
