// The emulator under the terminal's tests: it knows graphemes whatever memory has held before.
import { Buffer } from "node:buffer";
import { expect, test } from "vitest";

/** Before its first buffer a new pool of Buffer has memory that nobody has set. */
function clearStartOfPool(): void {
  for (let n = 0; n < Buffer.poolSize; n++) {
    const { buffer, byteOffset } = Buffer.from("word ".repeat(20));
    if (byteOffset > 64) continue;
    new Uint8Array(buffer, 0, 12).fill(0);
    return;
  }
  throw new Error("No pool begins.");
}

test("an emoji of many parts is one, whatever the pool of Buffer begins with", async () => {
  clearStartOfPool();
  const { Emulator } = await import("./support/emulator.ts");
  const emulator = new Emulator({ columns: 10, rows: 2 });
  emulator.write("👨‍👩‍👧‍👦|");
  await emulator.settled();
  expect(emulator.lines[0]).toBe("👨‍👩‍👧‍👦|");
});
