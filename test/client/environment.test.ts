// Environment: tests wake events, locks between tabs, secrets, and the URLs of sockets.
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createEnvironment } from "../../src/client/environment.ts";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { ack, welcome } from "./support/test-client.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A window with a document, as far as wake events need it. */
function page() {
  const [window, document] = [new EventTarget(), new EventTarget()];
  const visible = Object.assign(document, { visibilityState: "visible" });
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("document", visible);
  return { window, document: visible };
}

describe("waking up", () => {
  test("the SDK wakes up when the network or the page is back", () => {
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

  test("a runtime without a page never wakes up", () => {
    createEnvironment().onWake(() => {})();
  });
});

describe("locks between tabs", () => {
  const { locks } = createEnvironment();
  const held = async () => [...((await locks?.held()) ?? [])];

  test("a lock is visible while a tab holds it", async () => {
    const release = locks?.hold("a tab");
    expect(await held()).toContain("a tab");
    release?.();
    await vi.waitUntil(async () => !(await held()).includes("a tab"));
  });

  test("one callback of a lock runs at a time", async () => {
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

test("secrets have 128 random bits", () => {
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
    const room = connect(url, { ...options, storage: memoryStorage() });
    await vi.waitUntil(() => opened.length > 0);
    expect(opened).toEqual([`${server}/rooms/a%20room%2F%C3%A4`]);
    await room.client.close();
  });

  test.for(["chat.example", "ftp://chat.example", ""])(
    "connect refuses the URL %o",
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
  ])("connect refuses %s, of which a WebSocket would drop a part", (url) => {
    const attempt = () => connect(url, options);
    expect(attempt).toThrow("without user, password, query or hash");
    // The message may be logged.
    expect(attempt).not.toThrow("secret");
  });

  test("connect says that crypto.getRandomValues is missing", () => {
    vi.stubGlobal("crypto", undefined);
    const attempt = () => connect("https://chat.example", options);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow("crypto.getRandomValues is missing");
  });

  test("connect needs no other global that React Native lacks", async () => {
    const missing = [
      ...["TextEncoder", "structuredClone", "BroadcastChannel", "indexedDB"],
      ...["document", "navigator", "addEventListener"],
    ];
    for (const name of missing) vi.stubGlobal(name, undefined);
    vi.stubGlobal("crypto", {
      getRandomValues: (bytes: Uint8Array) => bytes.fill(7),
    });
    vi.resetModules();
    // The next file gets none that was loaded without these globals.
    onTestFinished(() => void vi.resetModules());
    const fresh = await import("../../src/client/index.ts");
    const sockets: FakeSocket[] = [];
    class Kept extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const room = fresh.connect("https://chat.example", {
      ...{ room: "lobby", username: "alice", WebSocket: Kept },
      history: 0,
    });
    await vi.waitUntil(() => sockets.length > 0);
    sockets[0]?.accept();
    sockets[0]?.serverSends(welcome());
    const sent = room.send("雷 and 😀");
    await vi.waitUntil(() => (sockets[0]?.frames.length ?? 0) > 1);
    sockets[0]?.serverSends(
      ack({ ...sockets[0]?.takeSent()[1], type: "message" }, 1),
    );
    expect(await sent).toMatchObject({ seq: 1 });
    await room.client.close();
  });

  test("connect says that WebSocket is missing", () => {
    vi.stubGlobal("WebSocket", undefined);
    const { WebSocket: _, ...without } = options;
    expect(() => connect("https://chat.example", without)).toThrow(
      "WebSocket is missing",
    );
  });
});
