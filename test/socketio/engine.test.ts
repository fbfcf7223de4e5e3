// Engine: the 24 checks of the Engine.IO protocol, 9 by WebSocket, 12 by polling, 3 of the upgrade; then our bounds.
import { beforeEach, describe, expect, test } from "vitest";
import { engineEcho } from "./support/echo-apps.ts";
import { EngineServer, POLLING, WEBSOCKET } from "./support/engine-server.ts";

let server: EngineServer;
beforeEach(() => {
  server = new EngineServer(engineEcho);
});

/** A polling session and a WebSocket that wants to take it over. */
function startUpgrade() {
  const polling = server.openPolling();
  const socket = server.connect(polling.replace("polling", "websocket"));
  socket.say("2probe");
  return { polling, socket };
}

describe("protocol suite, handshake by polling", () => {
  test("1: a client opens a session", () => {
    const { status, body } = server.fetch("GET", POLLING);
    expect(status).toBe(200);
    expect(body[0]).toBe("0");
    expect(JSON.parse(body.slice(1))).toEqual({
      sid: expect.any(String),
      upgrades: ["websocket"],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 1_000_000,
    });
  });

  test.for(["transport=polling", "EIO=abc&transport=polling"])(
    "2: a client with the query %s, whose EIO is wrong, is refused",
    (query) => {
      expect(server.fetch("GET", query).status).toBe(400);
    },
  );

  test.for(["EIO=4", "EIO=4&transport=abc"])(
    "3: a client with the query %s, whose transport is wrong, is refused",
    (query) => {
      expect(server.fetch("GET", query).status).toBe(400);
    },
  );

  test.for(["POST", "PUT"])(
    "4: a client cannot open a session by %s",
    (method) => {
      expect(server.fetch(method, POLLING).status).toBe(400);
    },
  );
});

describe("protocol suite, handshake by WebSocket", () => {
  test("5: a client opens a session", () => {
    const frame = String(server.connect(WEBSOCKET).read());
    expect(frame[0]).toBe("0");
    expect(JSON.parse(frame.slice(1))).toEqual({
      sid: expect.any(String),
      upgrades: [],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 1_000_000,
    });
  });

  test.for(["transport=websocket", "EIO=abc&transport=websocket"])(
    "6: a socket with the query %s, whose EIO is wrong, is closed",
    (query) => {
      expect(server.connect(query).isClosed).toBe(true);
    },
  );

  test.for(["EIO=4", "EIO=4&transport=abc"])(
    "7: a socket with the query %s, whose transport is wrong, is closed",
    (query) => {
      expect(server.connect(query).isClosed).toBe(true);
    },
  );
});

describe("protocol suite, messages by polling", () => {
  test.for([
    ["8: one text packet", "4hello"],
    ["9: several text packets", "4test1\u001e4test2\u001e4test3"],
    ["10: text and binary packets", "4hello\u001ebAQIDBA=="],
  ])("%s goes there and back", ([, payload = ""]) => {
    const polling = server.openPolling();
    expect(server.fetch("POST", polling, payload)).toEqual({
      status: 200,
      body: "ok",
    });
    expect(server.fetch("GET", polling)).toEqual({
      status: 200,
      body: payload,
    });
  });

  test("11: a malformed packet ends the session", () => {
    const polling = server.openPolling();
    expect(server.fetch("POST", polling, "abc").status).toBe(400);
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("12: a second poll at once ends the session", () => {
    const polling = server.openPolling();
    const first = server.request("GET", polling);
    expect(server.fetch("GET", polling).status).toBe(400);
    expect(first.answer).toEqual({ status: 200, body: "1" });
    expect(server.fetch("GET", polling).status).toBe(400);
  });
});

describe("protocol suite, messages by WebSocket", () => {
  test("13: a text packet goes there and back", () => {
    const socket = server.openSocket();
    socket.say("4hello");
    expect(socket.read()).toBe("4hello");
  });

  test("14: a binary packet goes there and back", () => {
    const socket = server.openSocket();
    socket.say(Uint8Array.of(1, 2, 3, 4));
    expect(socket.read()).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test("15: a malformed packet ends the session", () => {
    const socket = server.openSocket();
    socket.say("abc");
    expect(socket.isClosed).toBe(true);
  });
});

describe("protocol suite, heartbeat", () => {
  test("16: a polling client answers pings", () => {
    const polling = server.openPolling();
    for (let round = 0; round < 3; round++) {
      const poll = server.request("GET", polling);
      server.advance(300);
      expect(poll.answer).toEqual({ status: 200, body: "2" });
      expect(server.fetch("POST", polling, "3").status).toBe(200);
    }
  });

  test("17: a polling client that answers no ping loses its session", () => {
    const polling = server.openPolling();
    server.advance(500);
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("18: a client with a WebSocket answers pings", () => {
    const socket = server.openSocket();
    for (let round = 0; round < 3; round++) {
      server.advance(300);
      expect(socket.received.shift()).toBe("2");
      socket.say("3");
    }
    expect(socket.isClosed).toBe(false);
  });

  test("19: a client with a WebSocket that answers no ping is closed", () => {
    const socket = server.openSocket();
    server.advance(499);
    expect(socket.isClosed).toBe(false);
    server.advance(1);
    expect(socket.isClosed).toBe(true);
  });
});

describe("protocol suite, close", () => {
  test("20: a polling client closes its session", () => {
    const polling = server.openPolling();
    const poll = server.request("GET", polling);
    expect(server.fetch("POST", polling, "1").status).toBe(200);
    expect(poll.answer).toEqual({ status: 200, body: "6" });
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("21: a client with a WebSocket closes its session", () => {
    const socket = server.openSocket();
    socket.say("1");
    expect(socket.isClosed).toBe(true);
  });
});

describe("protocol suite, upgrade", () => {
  test("22: a polling client goes over to a WebSocket", () => {
    const { polling, socket } = startUpgrade();
    expect(socket.read()).toBe("3probe");
    expect(server.fetch("GET", polling)).toEqual({ status: 200, body: "6" });
    socket.say("5");
    socket.say("4hello");
    expect(socket.read()).toBe("4hello");
  });

  test("23: requests with the id of a session with a WebSocket are refused", () => {
    const { polling, socket } = startUpgrade();
    socket.say("5");
    expect(server.fetch("GET", polling).status).toBe(400);
    expect(server.fetch("POST", polling, "4lost").status).toBe(400);
    socket.say("4hello");
    expect(socket.received).toEqual(["3probe", "4hello"]);
  });

  test("24: a second WebSocket with the id of a session is closed", () => {
    const { polling, socket } = startUpgrade();
    socket.say("5");
    const second = server.connect(polling.replace("polling", "websocket"));
    expect(second.isClosed).toBe(true);
    socket.say("4hello");
    expect(socket.received).toEqual(["3probe", "4hello"]);
  });
});

describe("beyond the suite", () => {
  test("a waiting poll ends when a WebSocket sends its probe", () => {
    const polling = server.openPolling();
    const poll = server.request("GET", polling);
    const socket = server.connect(polling.replace("polling", "websocket"));
    expect(poll.answer).toBeNull();
    socket.say("2probe");
    expect(poll.answer?.body).toBe("6");
  });

  test("packets that wait at the upgrade come first on the WebSocket", () => {
    const { polling, socket } = startUpgrade();
    server.fetch("POST", polling, "4before");
    socket.say("5");
    socket.say("4after");
    expect(socket.received).toEqual(["3probe", "4before", "4after"]);
  });

  test("a WebSocket that begins with another frame is closed, and polling goes on", () => {
    const polling = server.openPolling();
    const socket = server.connect(polling.replace("polling", "websocket"));
    socket.say("5");
    expect(socket.isClosed).toBe(true);
    server.fetch("POST", polling, "4hello");
    expect(server.fetch("GET", polling).body).toBe("4hello");
  });

  test("a client that does not read loses its session before 5 MB wait", () => {
    const polling = server.openPolling();
    for (let count = 0; count < 5; count++)
      server.request("POST", polling, `4${"x".repeat(999_000)}`);
    server.advance(0);
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("a body of more than 1,000 packets is refused", () => {
    const polling = server.openPolling();
    const body = Array(1001).fill("4").join("\u001e");
    expect(server.fetch("POST", polling, body).status).toBe(400);
  });
});
