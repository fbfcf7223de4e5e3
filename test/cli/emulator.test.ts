// Emulator: tests that the terminal emulator of these tests knows graphemes, whatever memory contains.
import { Buffer } from "node:buffer";
import { expect, test } from "vitest";

/**
 * A new pool of Buffer contains uninitialized memory before its first buffer.
 */
function clearStartOfPool(): void {
  for (let n = 0; n < Buffer.poolSize; n++) {
    const { buffer, byteOffset } = Buffer.from("word ".repeat(20));
    if (byteOffset > 64) continue;
    new Uint8Array(buffer, 0, 12).fill(0);
    return;
  }
  throw new Error("No pool begins.");
}

test("an emoji of several parts is one character, whatever Buffer's pool contains", async () => {
  clearStartOfPool();
  const { Emulator } = await import("./support/emulator.ts");
  const emulator = new Emulator({ columns: 10, rows: 2 });
  emulator.write("👨‍👩‍👧‍👦|");
  await emulator.settled();
  expect(emulator.lines[0]).toBe("👨‍👩‍👧‍👦|");
});
