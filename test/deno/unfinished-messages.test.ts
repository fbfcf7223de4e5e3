// Unfinished messages: the memory of a message that never ends is limited.
import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import {
  closeFrame,
  frame,
  openWebSocket,
  type RawConnection,
} from "./support/raw-tcp.ts";
import { serve } from "./support/servers.ts";

const MIB = 1024 * 1024;
const TEXT = 1;
const MORE = 0;
const PING = 9;

const start = (opcode: number, length: number) =>
  frame({ opcode, isLast: false, length }, "x".repeat(length));

/**
 * Sends the bytes again and again, until it is stopped or has sent them this
 * often.
 */
async function repeat(
  connection: RawConnection,
  bytes: Uint8Array,
  times: number,
): Promise<void> {
  for (let i = 0; i < times && !connection.isClosed; i++) {
    await connection.send(bytes);
    if (connection.received.includes("\x88")) break;
  }
}

/** The private memory of a process in MiB. */
function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

describe("a message that never ends costs its connection", () => {
  test.for([
    ["in pieces of 1 MiB", start(TEXT, MIB), start(MORE, MIB), 1009],
    ["in pieces of 64 KiB", start(TEXT, 65_536), start(MORE, 65_536), 1009],
    ["in pieces of a byte", start(TEXT, 1), start(MORE, 1), 1008],
    ["in pieces of no byte", start(TEXT, 1), start(MORE, 0), 1008],
  ] as const)(
    "a user who sends a message without an end is closed: %s",
    async ([, first, more, code]) => {
      const { url } = await serve();
      const alice = await join(uniqueName("lobby"), person("alice"));
      const connection = await openWebSocket(url);
      await connection.send(first);
      const many = Buffer.concat(
        Array(Math.ceil(65_536 / more.length)).fill(more),
      );
      await repeat(connection, many, 1000);
      await connection.until(new RegExp(`${closeFrame(code)}$`, "s"));
      await alice.sendMessage("still here");
    },
  );

  test("a user who announces too long a message is closed before it has come", async () => {
    const { url } = await serve();
    const connection = await openWebSocket(url);
    const opcode = TEXT;
    await connection.send(
      frame({ opcode, isLast: true, length: 63 * MIB }, "x"),
    );
    await connection.until(new RegExp(`${closeFrame(1009)}$`, "s"));
  });
});

test("a user may send 1 MiB, in one frame or several, and is told that it is too large", async () => {
  const { url } = await serve();
  const connection = await openWebSocket(url);
  const half = MIB / 2;
  const end = { opcode: MORE, isLast: true, length: half };
  await connection.send(start(TEXT, half));
  await connection.send(frame({ opcode: PING, isLast: true, length: 1 }, "p"));
  await connection.send(frame(end, "x".repeat(half)));
  await connection.until(/"code":"too_large"/);
  const whole = { opcode: TEXT, isLast: true, length: MIB };
  await connection.send(frame(whole, "x".repeat(MIB)));
  await connection.until(/"code":"too_large".*"code":"too_large"/s);
});

test.skipIf(process.platform !== "linux")(
  "users who send hundreds of MiB of unfinished messages leave the process small",
  async () => {
    const { url, pid } = await serve();
    const before = memoryOf(pid);
    const piece = start(MORE, MIB);
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const connection = await openWebSocket(url);
        const length = 63 * MIB;
        await connection.send(
          i % 2 === 0
            ? start(TEXT, MIB)
            : frame({ opcode: TEXT, isLast: true, length }, "x".repeat(MIB)),
        );
        // Data after the close is dropped too.
        for (let n = 0; n < 60; n++) await connection.send(piece);
      }),
    );
    expect(memoryOf(pid) - before).toBeLessThan(250);
  },
);
