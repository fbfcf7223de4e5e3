// Temporary folder: a path for one test, which is removed after it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** The path; the folder itself does not exist yet. */
export function temporaryFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "edge-chat-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, "kept");
}
