// HTTP server: it ends requests that never finish and responses that nobody reads.
import { once } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createHttpServer, TIMEOUTS } from "../../src/deno/http-server.ts";
import { fakeSocket } from "./support/fake-tcp.ts";
import { settled, soon } from "./support/fakes.ts";

type Answer = (request: Request) => Response | Promise<Response>;

const SOON = { head: 50, request: 150, idle: 300, keepAlive: 300, check: 10 };

/** A server with short timeouts, and one connection to it. */
function meet(answer: Answer = () => new Response("hello")) {
  const marks: string[] = [];
  let isOpen = true;
  const server = createHttpServer({
    isAccepting: () => isOpen,
    answer,
    onRequestStart: () => marks.push("begin"),
    onRequestEnd: () => marks.push("end"),
    onUpgrade: () => marks.push("upgrade"),
    timeouts: SOON,
  });
  const { conn, socket } = fakeSocket();
  server.emit("connection", socket);
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  const stop = () => {
    isOpen = false;
  };
  return { conn, socket, marks, stop };
}

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const UPGRADE = GET.replace(
  "Host",
  "Connection: Upgrade\r\nUpgrade: websocket\r\nHost",
);
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";

describe("a request without an end", () => {
  test.for([
    ["nothing", ""],
    ["half a head", "GET / HTTP/1.1\r\nHost: a\r\nX: "],
    ["half a head after a whole request", `${GET}GET / HT`],
  ] as const)("a client that sends %s is closed", async ([, text]) => {
    const { conn, socket } = meet();
    conn.say(text);
    const drip = setInterval(() => text.endsWith(": ") && conn.say("x"), 5);
    onTestFinished(() => clearInterval(drip));
    if (text === "") await once(socket, "close");
    else await soon(() => expect(conn.hasSaidAll).toBe(true));
    if (text === "") expect(conn.written).toBe("");
    else
      expect(conn.written).toMatch(
        /HTTP\/1.1 408 Request Timeout\r\n.*"status":408.*\}$/s,
      );
    const isEnded = socket.destroyed || Number.isFinite(socket.closeAt);
    expect(isEnded).toBe(true);
  });

  test("a client whose body has no end is closed, and the reader of the body is told", async () => {
    const reads: string[] = [];
    const { conn } = meet(async (request) => {
      const read = await request.text().catch((error) => `failed: ${error}`);
      reads.push(read);
      return new Response("too late");
    });
    conn.say(POST);
    const drip = setInterval(() => conn.say("x"), 5);
    onTestFinished(() => clearInterval(drip));
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(/^HTTP\/1.1 408 .*"status":408.*\}$/s);
    expect(conn.written).not.toContain("too late");
    await soon(() =>
      expect(reads).toEqual([expect.stringMatching(/^failed: /)]),
    );
  });

  test("a client whose body is not needed gets the response, and is then closed", async () => {
    const { conn, socket } = meet();
    conn.say(`${POST}xxx`);
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(
      /^HTTP\/1.1 200 .*\r\nconnection: close\r\n.*hello$/is,
    );
    expect(socket.closeAt).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test("clients outside of tests have these time limits", () => {
    expect(TIMEOUTS.head).toBeLessThanOrEqual(30_000);
    expect(TIMEOUTS.request).toBeLessThanOrEqual(600_000);
  });
});

describe("an answer", () => {
  test("the response is read from its source no faster than the client reads", async () => {
    let pulls = 0;
    const body = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          pulls++;
          controller.enqueue(new Uint8Array(64 * 1024));
        },
      });
    const { conn } = meet(() => new Response(body()));
    conn.write = () => new Promise(() => {});
    conn.say(GET);
    await settled(50);
    expect(pulls).toBeGreaterThan(0);
    expect(pulls).toBeLessThan(8);
  });

  test("the response to a client that has left is cancelled without a line in the log", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
      cancel: () => {
        isCancelled = true;
      },
    });
    const { conn, socket } = meet(() => new Response(body));
    conn.write = () => new Promise(() => {});
    conn.say(GET);
    await settled(50);
    socket.destroy();
    await soon(() => expect(isCancelled).toBe(true));
    expect(log).not.toHaveBeenCalled();
  });

  test("the response that fails on its way to a client is cut, so that it does not look whole", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    let count = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (count++ === 3) throw new Error("secret words");
        controller.enqueue(new Uint8Array(10));
      },
    });
    const { conn } = meet(() => new Response(body));
    conn.say(GET);
    await soon(() => expect(conn.isClosed).toBe(true));
    expect(conn.written).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(log.mock.calls.join()).toMatch(/response cut/);
    expect(log.mock.calls.join()).not.toMatch(/secret words/);
  });

  test("a client gets a 500 for a response that fails at once, and goes on", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const { conn, marks } = meet(() => {
      throw new Error("secret words");
    });
    conn.say(GET);
    await soon(() => expect(conn.written).toMatch(/^HTTP\/1.1 500 .*\}$/s));
    expect(conn.written).not.toMatch(/secret words/);
    conn.say(GET);
    await soon(() => expect(conn.written).toMatch(/500 .*500 .*\}$/s));
    expect(marks).toEqual(["begin", "end", "begin", "end"]);
  });
});

test("a request whose failure cannot be logged ends its own connection only", async () => {
  const log = vi.spyOn(console, "log").mockImplementationOnce(() => {
    throw new Error("no space left");
  });
  log.mockReturnValue();
  onTestFinished(() => log.mockRestore());
  const { conn, socket } = meet(() => {
    throw new Error("secret words");
  });
  conn.say(GET);
  await soon(() => expect(socket.destroyed).toBe(true));
  expect(conn.written).toBe("");
  expect(log.mock.lastCall?.join()).toMatch(/"event":"request lost"/);
  expect(log.mock.calls.join()).not.toMatch(/secret words/);
  const other = meet();
  other.conn.say(GET);
  await soon(() => expect(other.conn.written).toMatch(/hello$/));
});

describe("malformed bytes", () => {
  const MALFORMED = "GET\r\n\r\n";

  test("a client that sends malformed bytes in several parts is refused once", async () => {
    const { conn, socket } = meet();
    conn.say(MALFORMED);
    await soon(() => expect(conn.written).toMatch(/^HTTP/));
    conn.say(MALFORMED);
    expect(socket.closeAt).toBeLessThan(Number.POSITIVE_INFINITY);
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(/^HTTP\/1.1 400 .*"status":400.*\}$/s);
  });

  test("a client that sends malformed bytes and then a request is refused once", async () => {
    const { conn, marks } = meet();
    conn.say(MALFORMED);
    await soon(() => expect(conn.written).toMatch(/^HTTP/));
    conn.say(UPGRADE + GET);
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(/^HTTP\/1.1 400 .*"status":400.*\}$/s);
    expect(marks).toEqual([]);
  });

  test("a client that sends malformed bytes after a request gets the response, and is closed", async () => {
    for (const head of [GET, GET.replace("Host", "Expect: more\r\nHost")]) {
      const { conn } = meet();
      conn.say(head + MALFORMED);
      await soon(() => expect(conn.hasSaidAll).toBe(true));
      expect(conn.written).toMatch(
        /^HTTP\/1.1 (200 .*hello|400 .*"status":400.*\})$/s,
      );
    }
  });
});

describe("requests that are sent without waiting for the responses", () => {
  /** The response to the first one comes at once, the others after `release`. */
  function meetSlow() {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    let count = 0;
    const met = meet(async () => {
      const number = ++count;
      if (number > 1) await promise;
      return new Response(`answer ${number}`);
    });
    return { ...met, release };
  }

  test("a client that sends requests at once gets the responses in order, and no WebSocket", async () => {
    const { conn, marks, release } = meetSlow();
    conn.say(GET + GET + UPGRADE);
    await soon(() => expect(conn.written).toMatch(/answer 1$/));
    release();
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(/answer 1HTTP.*answer 2$/s);
    expect(marks).not.toContain("upgrade");
  });

  test.for([
    ["malformed bytes", "GET\r\n\r\n", 400],
    ["handshakes", UPGRADE, 200],
  ] as const)(
    "a client that sends %s after the first response is answered or refused",
    async ([, last, status]) => {
      const { conn, release } = meetSlow();
      conn.say(GET + GET);
      await soon(() => expect(conn.written).toMatch(/answer 1$/));
      conn.say(last);
      await settled(20);
      release();
      await soon(() => expect(conn.hasSaidAll).toBe(true));
      const [, second] = conn.written.split("answer 1");
      expect(second).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(second?.match(/HTTP\/1.1 /g)).toHaveLength(1);
    },
  );

  test("requests that a client sends at once count as one until the last response", async () => {
    const { conn, marks, release } = meetSlow();
    conn.say(GET + GET);
    await soon(() => expect(conn.written).toMatch(/answer 1$/));
    expect(marks).toEqual(["begin", "begin"]);
    release();
    await soon(() => expect(marks).toEqual(["begin", "begin", "end"]));
    expect(conn.written).toMatch(/answer 2$/);
  });
});

describe("a connection", () => {
  test("a client may send the next request on its connection, which is closed when none comes", async () => {
    const { conn, socket } = meet();
    conn.say(GET);
    await soon(() => expect(conn.written).toMatch(/hello$/));
    conn.say(GET);
    await soon(() => expect(conn.written).toMatch(/hello.*hello$/s));
    expect(conn.written).not.toMatch(/connection: close/i);
    expect(socket.destroyed).toBe(false);
    expect(socket.timeout).toBeGreaterThanOrEqual(SOON.keepAlive);
    // The listener emits this after the timeout.
    socket.emit("timeout");
    expect(socket.destroyed).toBe(true);
  });

  test("a client gets the response in progress when the server stops", async () => {
    const { conn, stop } = meet();
    conn.say(GET);
    stop();
    await soon(() => expect(conn.hasSaidAll).toBe(true));
    expect(conn.written).toMatch(/hello$/);
  });
});

test("a byte of a client that is kept keeps no other bytes in memory", async () => {
  const { conn, socket } = fakeSocket();
  const chunks: Uint8Array[] = [];
  socket.on("data", (bytes: Uint8Array) => chunks.push(bytes));
  for (const size of [1, 5000, 70_000, 3, 1]) {
    conn.say("x".repeat(size));
    await settled(80);
  }
  const lengths = chunks.map(({ length }) => length);
  expect(lengths.reduce((sum, one) => sum + one, 0)).toBe(75_005);
  expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual(lengths);
  socket.destroy();
});
