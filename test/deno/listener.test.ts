// Listener: it limits the connections without a finished request, and closes idle ones when file handles run out.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  CONNECTIONS_MAX,
  HANDLES_FREED,
  Listener,
  NETWORK_CONNECTIONS_MAX,
} from "../../src/deno/listener.ts";
import type { TcpSocket } from "../../src/deno/tcp-socket.ts";
import { FakeConn, FakeListener } from "./support/fake-tcp.ts";
import { settled, soon } from "./support/fakes.ts";

function listen(limitsPerNetwork = true) {
  const tcp = new FakeListener();
  const sockets: TcpSocket[] = [];
  const listener = new Listener({
    tcp,
    limitsPerNetwork,
    onConnection: (socket) => sockets.push(socket),
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await listener.close();
  });
  const accept = async (...conns: readonly FakeConn[]) => {
    tcp.give(...conns);
    await soon(() =>
      expect(conns.at(-1)?.isClosed || sockets.length).toBeTruthy(),
    );
    await settled();
  };
  return { tcp, listener, sockets, accept };
}

const connsOf = (hostname: string, count: number) =>
  Array.from({ length: count }, () => new FakeConn(hostname));

const closedOf = (conns: readonly FakeConn[]) =>
  conns.flatMap(({ isClosed }, i) => (isClosed ? [i] : []));

function emfile(): Error {
  return Object.assign(new Error("Too many open files"), { code: "EMFILE" });
}

describe("connections without a finished request", () => {
  test("clients of one network may have so many unfinished requests, and the oldest are closed", async () => {
    const { listener, sockets, accept } = listen();
    const others = connsOf("192.0.2.1", 3);
    await accept(...others);
    // Two IPv6 addresses of one household.
    const first = connsOf("2001:db8::1", NETWORK_CONNECTIONS_MAX - 1);
    await accept(...first);
    const [served, again] = sockets.slice(3);
    if (served !== undefined) listener.requestStarted(served);
    if (again !== undefined) {
      listener.requestStarted(again);
      listener.requestEnded(again);
    }
    const more = connsOf("2001:db8::2", 3);
    await accept(...more);
    expect(closedOf(first)).toEqual([2, 3]);
    expect(closedOf([...others, ...more])).toEqual([]);
    expect(listener.openCount).toBe(NETWORK_CONNECTIONS_MAX + 3);
  });

  test("clients of all networks may have so many unfinished requests, also behind a proxy", async () => {
    const { listener, accept } = listen(false);
    const conns = connsOf("127.0.0.1", CONNECTIONS_MAX + 2);
    await accept(...conns);
    expect(closedOf(conns)).toEqual([0, 1]);
    expect(listener.openCount).toBe(CONNECTIONS_MAX);
  });

  test("clients that are all being answered stay, and the newest one is closed", async () => {
    const { listener, sockets, accept } = listen();
    const served = connsOf("192.0.2.1", NETWORK_CONNECTIONS_MAX);
    await accept(...served);
    for (const socket of sockets) listener.requestStarted(socket);
    const late = new FakeConn("192.0.2.1");
    await accept(late);
    expect(late.isClosed).toBe(true);
    expect(closedOf(served)).toEqual([]);
  });

  test("clients that have a WebSocket, or have gone, have no unfinished request", async () => {
    const { listener, sockets, accept } = listen();
    const conns = connsOf("192.0.2.1", NETWORK_CONNECTIONS_MAX);
    await accept(...conns);
    for (const socket of sockets.slice(0, 10)) listener.release(socket);
    for (const socket of sockets.slice(10, 20)) socket.destroy();
    await settled();
    await accept(...connsOf("192.0.2.1", 20));
    expect(closedOf(conns)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(listener.openCount).toBe(NETWORK_CONNECTIONS_MAX);
  });
});

describe("when file handles run out", () => {
  test("the clients that wait longest are closed when file handles run out", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const { tcp, listener, sockets, accept } = listen();
    const conns = connsOf("192.0.2.1", 40);
    await accept(...conns);
    for (const socket of sockets.slice(0, 2)) listener.requestStarted(socket);
    tcp.give(emfile(), emfile());
    const late = new FakeConn();
    await accept(late);
    expect(sockets).toHaveLength(41);
    expect(late.isClosed).toBe(false);
    expect(closedOf(conns)).toHaveLength(2 * HANDLES_FREED);
    expect(closedOf(conns.slice(0, 2))).toEqual([]);
    expect(log.mock.calls).toEqual([
      [
        JSON.stringify({
          event: "accept paused",
          error: "EMFILE",
          connections: 40,
        }),
      ],
    ]);
  });

  test("clients are accepted again after file handles ran out and none could be closed", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const { tcp, listener, sockets, accept } = listen();
    const [chat = new FakeConn()] = connsOf("192.0.2.1", 1);
    await accept(chat);
    if (sockets[0] !== undefined) listener.release(sockets[0]);
    tcp.give(emfile(), emfile(), new FakeConn());
    await soon(() => expect(sockets).toHaveLength(2));
    expect(chat.isClosed).toBe(false);
    expect(log).toHaveBeenCalledTimes(1);
  });
});

test("a listener that is closed lets clients' requests end, and accepts nothing", async () => {
  const { listener, sockets, accept } = listen();
  const [idle = new FakeConn(), served = new FakeConn()] = connsOf(
    "192.0.2.1",
    2,
  );
  await accept(idle, served);
  const [, socket] = sockets;
  if (socket !== undefined) listener.requestStarted(socket);
  let isOver = false;
  const over = listener.close().then(() => {
    isOver = true;
  });
  await settled();
  expect([idle.isClosed, served.isClosed, isOver]).toEqual([
    true,
    false,
    false,
  ]);
  socket?.destroy();
  await over;
});
