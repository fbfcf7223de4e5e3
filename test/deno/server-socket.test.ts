// Server socket: it encodes frames, reports waiting bytes, and detects dead clients.
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { ServerSocket } from "../../src/deno/server-socket.ts";
import { fakeSocket } from "./support/fake-tcp.ts";
import { soon } from "./support/fakes.ts";

class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  ping = vi.fn();
  terminate = vi.fn(() => this.emit("close", 1006));
}

function open() {
  const { conn, socket: tcp } = fakeSocket();
  const web = new FakeWebSocket();
  const socket = new ServerSocket(web as unknown as WebSocket, tcp);
  const closes: number[] = [];
  socket.listen(
    () => {},
    (code) => closes.push(code),
  );
  return { conn, tcp, web, socket, closes };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a client that says nothing", () => {
  test("a silent client gets a ping, and counts as gone if it does not answer", () => {
    const { web, closes } = open();
    vi.advanceTimersByTime(14_000);
    expect(web.ping).not.toHaveBeenCalled();
    vi.advanceTimersByTime(26_000);
    expect(web.ping).toHaveBeenCalled();
    expect(web.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(15_000);
    expect(closes).toEqual([1006]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a client stays as long as any bytes come from it", () => {
    const { web, tcp, closes } = open();
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(20_000);
      tcp.readAt = Date.now();
    }
    expect(web.ping).toHaveBeenCalled();
    expect(closes).toEqual([]);
    web.emit("close", 1000);
    vi.advanceTimersByTime(10_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.for([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])(
  "a client gets a frame of %i bytes with the right head, in UTF-8",
  async (length) => {
    vi.useRealTimers();
    const { tcp, web, socket } = open();
    const written: Buffer[] = [];
    tcp._write = (chunk, _, callback) => {
      written.push(Buffer.from(chunk));
      callback();
    };
    const text = `${"\u674e".repeat(length / 3)}${"x".repeat(length % 3)}`;
    socket.send(text);
    socket.send("next");
    await soon(() => expect(written.length).toBeGreaterThan(1));
    const [frame = Buffer.alloc(0)] = written;
    const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(frame[0]).toBe(0x81);
    const short = length < 126 ? length : length < 65_536 ? 126 : 127;
    expect(frame[1]).toBe(short);
    if (size === 4) expect(frame.readUInt16BE(2)).toBe(length);
    if (size === 10) expect(frame.readBigUInt64BE(2)).toBe(BigInt(length));
    expect(frame.subarray(size).toString()).toBe(text);
    web.emit("close", 1000);
  },
);

test("a client that is closed is sent nothing", () => {
  const { tcp, web, socket } = open();
  web.readyState = 2;
  socket.send("late");
  expect(tcp.writableLength).toBe(0);
  web.emit("close", 1000);
});
