// Session: the 32 checks of the Socket.IO protocol, 22 by WebSocket, 7 by polling, 3 of the upgrade; then our bounds.
import { beforeEach, describe, expect, test } from "vitest";
import { Session } from "../../src/socketio/session.ts";
import { socketEcho } from "./support/echo-apps.ts";
import { EngineServer, POLLING, WEBSOCKET } from "./support/engine-server.ts";

let server: EngineServer;
beforeEach(() => {
  server = new EngineServer(socketEcho);
});

/** A WebSocket in the main namespace. */
function joinMain() {
  const socket = server.openSocket();
  socket.say("40");
  socket.read();
  socket.read();
  return socket;
}

function startUpgrade() {
  const polling = server.openPolling();
  const socket = server.connect(polling.replace("polling", "websocket"));
  socket.say("2probe");
  socket.say("5");
  return { polling, socket };
}

describe("protocol suite, Engine.IO below Socket.IO", () => {
  const opened = (upgrades: string[]) => ({
    sid: expect.any(String),
    upgrades,
    pingInterval: 300,
    pingTimeout: 200,
    maxPayload: 1_000_000,
  });

  test("1: a client opens a session by polling", () => {
    const { body } = server.fetch("GET", POLLING);
    expect(JSON.parse(body.slice(1))).toEqual(opened(["websocket"]));
  });

  test.for(["transport=polling", "EIO=abc&transport=polling"])(
    "2: polling with %s is refused",
    (query) => expect(server.fetch("GET", query).status).toBe(400),
  );

  test.for(["EIO=4", "EIO=4&transport=abc"])(
    "3: polling with %s is refused",
    (query) => expect(server.fetch("GET", query).status).toBe(400),
  );

  test.for(["POST", "PUT"])(
    "4: a client cannot open a session by %s",
    (method) => expect(server.fetch(method, POLLING).status).toBe(400),
  );

  test("5: a client opens a session by WebSocket", () => {
    const frame = String(server.connect(WEBSOCKET).read());
    expect(JSON.parse(frame.slice(1))).toEqual(opened([]));
  });

  test.for(["transport=websocket", "EIO=abc&transport=websocket"])(
    "6: a WebSocket with %s is closed",
    (query) => expect(server.connect(query).isClosed).toBe(true),
  );

  test.for(["EIO=4", "EIO=4&transport=abc"])(
    "7: a WebSocket with %s is closed",
    (query) => expect(server.connect(query).isClosed).toBe(true),
  );

  test("8: a polling client answers pings", () => {
    const polling = server.openPolling();
    for (let round = 0; round < 3; round++) {
      const poll = server.request("GET", polling);
      server.advance(300);
      expect(poll.answer).toEqual({ status: 200, body: "2" });
      expect(server.fetch("POST", polling, "3").status).toBe(200);
    }
  });

  test("9: a polling client that answers no ping loses its session", () => {
    const polling = server.openPolling();
    server.advance(500);
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("10: a client with a WebSocket answers pings", () => {
    const socket = server.openSocket();
    for (let round = 0; round < 3; round++) {
      server.advance(300);
      expect(socket.received.shift()).toBe("2");
      socket.say("3");
    }
  });

  test("11: a client with a WebSocket that answers no ping is closed", () => {
    const socket = server.openSocket();
    server.advance(500);
    expect(socket.isClosed).toBe(true);
  });

  test("12: a polling client closes its session", () => {
    const polling = server.openPolling();
    const poll = server.request("GET", polling);
    server.fetch("POST", polling, "1");
    expect(poll.answer).toEqual({ status: 200, body: "6" });
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("13: a client with a WebSocket closes its session", () => {
    const socket = server.openSocket();
    socket.say("1");
    expect(socket.isClosed).toBe(true);
  });

  test("14: a polling client goes over to a WebSocket", () => {
    const { socket } = startUpgrade();
    expect(socket.read()).toBe("3probe");
    expect(socket.isClosed).toBe(false);
  });

  test("15: requests with the id of a session with a WebSocket are refused", () => {
    const { polling } = startUpgrade();
    expect(server.fetch("GET", polling).status).toBe(400);
  });

  test("16: a second WebSocket with the id of a session is closed", () => {
    const { polling } = startUpgrade();
    const second = server.connect(polling.replace("polling", "websocket"));
    expect(second.isClosed).toBe(true);
  });
});

describe("protocol suite, connect", () => {
  test.for([
    ["17: the main namespace", "40", "40", '42["auth",{}]'],
    [
      "18: the main namespace with a payload",
      '40{"token":"123"}',
      "40",
      '42["auth",{"token":"123"}]',
    ],
    [
      "19: a custom namespace",
      "40/custom,",
      "40/custom,",
      '42/custom,["auth",{}]',
    ],
    [
      "20: a custom namespace with a payload",
      '40/custom,{"token":"abc"}',
      "40/custom,",
      '42/custom,["auth",{"token":"abc"}]',
    ],
  ])("%s lets a client in", ([, said = "", head = "", auth]) => {
    const socket = server.openSocket();
    socket.say(said);
    const answer = String(socket.read());
    expect(answer.startsWith(head)).toBe(true);
    expect(JSON.parse(answer.slice(head.length))).toEqual({
      sid: expect.any(String),
    });
    expect(socket.read()).toBe(auth);
  });

  test("21: an unknown namespace lets nobody in", () => {
    const socket = server.openSocket();
    socket.say("40/random");
    expect(socket.read()).toBe('44/random,{"message":"Invalid namespace"}');
  });

  test("22: a malformed handshake closes the connection", () => {
    const socket = server.openSocket();
    socket.say("4abc");
    expect(socket.isClosed).toBe(true);
  });

  test("23: a client without a handshake is closed after a second", () => {
    const socket = server.openSocket();
    const answerPings = () => {
      while (socket.received.shift() === "2") socket.say("3");
    };
    for (let at = 0; at < 999; at += 111) {
      server.advance(111);
      answerPings();
    }
    expect(socket.isClosed).toBe(false);
    server.advance(1);
    expect(socket.isClosed).toBe(true);
  });
});

describe("protocol suite, disconnect", () => {
  test("24: a client leaves the main namespace, and the connection stays", () => {
    const socket = joinMain();
    socket.say("41");
    server.advance(300);
    expect(socket.received).toEqual(["2"]);
    expect(socket.isClosed).toBe(false);
  });

  test("25: a client leaves a custom namespace, and stays in the main one", () => {
    const socket = joinMain();
    socket.say("40/custom");
    socket.read();
    socket.read();
    socket.say("41/custom");
    socket.say('42["message","message to main namespace"]');
    expect(socket.read()).toBe(
      '42["message-back","message to main namespace"]',
    );
  });
});

describe("protocol suite, messages", () => {
  const holes = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
  const bytes = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];

  test.for([
    [
      "26: a text packet",
      ['42["message",1,"2",{"3":[true]}]'],
      ['42["message-back",1,"2",{"3":[true]}]'],
    ],
    [
      "27: a packet with attachments",
      [`452-["message",${holes}]`, ...bytes],
      [`452-["message-back",${holes}]`, ...bytes],
    ],
    [
      "28: a text packet with an ack",
      ['42456["message-with-ack",1,"2",{"3":[false]}]'],
      ['43456[1,"2",{"3":[false]}]'],
    ],
    [
      "29: a packet with attachments and an ack",
      [`452-789["message-with-ack",${holes}]`, ...bytes],
      [`462-789[${holes}]`, ...bytes],
    ],
  ] as const)("%s is answered", ([, said, heard]) => {
    const socket = joinMain();
    for (const frame of said) socket.say(frame);
    expect(socket.received).toEqual(heard);
  });

  test.for([
    ["30: an unknown type", "4abc"],
    ["31: a payload that is no event", "42{}"],
    ["32: an ack with an id that is no number", '42abc["message-with-ack",1]'],
  ])("%s closes the connection", ([, frame = ""]) => {
    const socket = joinMain();
    socket.say(frame);
    expect(socket.isClosed).toBe(true);
  });
});

describe("beyond the suite", () => {
  test.for([
    ["an event before its namespace", '42/custom,["message"]'],
    ["a second connect", "40"],
    ["a connect error, which servers send", '44{"message":"no"}'],
    ["an event with a reserved name", '42["disconnect"]'],
    ["an attachment without a packet", Uint8Array.of(1)],
    ["more than ten attachments", '4511-["message"]'],
    ["JSON nested 40 deep", `42["message",${"[".repeat(40)}${"]".repeat(40)}]`],
    ["a namespace of 300 characters", `42/${"x".repeat(300)},["message"]`],
    ["an ack without an id", "43[1]"],
  ] as const)("%s closes the connection", ([, frame]) => {
    const socket = joinMain();
    socket.say(frame);
    expect(socket.isClosed).toBe(true);
  });

  test("a placeholder without its attachment closes the connection", () => {
    const socket = joinMain();
    socket.say('451-["message",{"_placeholder":true,"num":7}]');
    socket.say(Uint8Array.of(1));
    expect(socket.isClosed).toBe(true);
  });

  test("a client may use five namespaces at once, and gets words for the sixth", () => {
    const sent: unknown[] = [];
    const session = new Session({
      now: 0,
      connectTimeoutMs: 1000,
      send: (message) => sent.push(message),
      close: () => sent.push("closed"),
      handler: {
        onConnect: (nsp) => session.accept(nsp, { sid: "s" }),
        onEvent() {},
        onDisconnect() {},
      },
    });
    for (const nsp of "abcdef") session.take(`0/${nsp},`, 0);
    expect(sent.slice(0, 5)).toEqual(
      [..."abcde"].map((nsp) => `0/${nsp},{"sid":"s"}`),
    );
    expect(sent[5]).toBe(
      '4/f,{"message":"A client may use 5 namespaces at once."}',
    );
    session.take("1/a,", 0);
    session.take("0/f,", 0);
    expect(sent[6]).toBe('0/f,{"sid":"s"}');
  });
});
