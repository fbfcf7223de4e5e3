// Backup folder tests: a file is whole, also where the disk takes a part of it at a time, and is not read as a whole for its first line.
import type * as fs from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { BackupFolder } from "../../src/cli/backup-folder.ts";

/** Bytes that the disk takes at once. */
const PART_BYTES = 7;

vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const writeSync = (file: number, data: string | Uint8Array) =>
    original.writeSync(file, Buffer.from(data).subarray(0, PART_BYTES));
  return { ...original, writeSync };
});

function newFolder(): BackupFolder {
  const path = mkdtempSync(join(tmpdir(), "backup-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return new BackupFolder(path);
}

test("an operator has whole files, where the disk takes a part of them at a time", async () => {
  const folder = newFolder();
  const name = { name: "Zoë", tables: { mail: ["a", "b"] } };
  folder.writeJson("names/zoe.json", name);
  expect(folder.readJson("names/zoe.json")).toEqual(name);
  const log = Buffer.from('{"seq":1}\n{"text":"hello"}\n');
  await folder.writeStream("rooms/lobby.ndjson", new Blob([log]).stream());
  expect(folder.readHeader("rooms/lobby.ndjson")).toBe('{"seq":1}');
  const blob = await folder.openBlob("rooms/lobby.ndjson");
  expect(await blob.text()).toBe(log.toString());
});
