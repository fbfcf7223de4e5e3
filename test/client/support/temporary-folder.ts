// A folder of its own for a test, which is gone after it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Its path; there is no such folder yet. */
export function temporaryFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "edge-chat-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, "kept");
}
