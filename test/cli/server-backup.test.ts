// Server backup tests: an operator is told at once of a folder that nothing can be written to, and of a log that is not what it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runBackupTask } from "../../src/cli/server-backup.ts";

const program = fileURLToPath(
  new URL("../../src/cli/main.ts", import.meta.url),
);
/** The process is ended then: it would never end by itself. */
const PATIENCE_MS = 60_000;
const ROOMS = 12;

/** A server with some rooms, whose exports never end. */
async function startServer() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    asked.push(path);
    if (path.endsWith("/import")) {
      response.writeHead(400).end();
      return;
    }
    if (path.endsWith("/export")) {
      response.write('{"type":"export"}\n');
      return;
    }
    const rooms = Array.from({ length: ROOMS }, (_, i) => ({ room: `r${i}` }));
    response.end(JSON.stringify(path.endsWith("/rooms") ? { rooms } : {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exports: () => asked.filter((path) => path.endsWith("/export")),
  };
}

async function backUp(folder: string, url: string) {
  const child = spawn(process.execPath, [program, "admin", "backup", folder], {
    env: { ...process.env, ADMIN_SECRET: "a".repeat(40), EDGE_CHAT_URL: url },
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  let printed = "";
  child.stderr.on("data", (bytes) => {
    printed += bytes;
  });
  const [code] = await once(child, "close");
  return { code, printed };
}

test("an operator is told of a log whose header says that it is empty, and which is not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "rooms"));
  const write = (file: string, ...lines: object[]) =>
    writeFileSync(
      join(folder, file),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  write("server.json", { type: "edge-chat backup", version: 1, made: 1 });
  for (const [file, ...events] of [["full", { seq: 1 }], ["empty"]] as const) {
    write(`rooms/${file}.json`, { room: file, epoch: "e", tables: {} });
    write(`rooms/${file}.ndjson`, { type: "export", seq: 0 }, ...events);
  }
  const { url } = await startServer();
  const secret = "a".repeat(40);
  const task = { verb: "restore", folder, url, secret } as const;
  const { ok, lines } = await runBackupTask(task, () => 1);
  expect(ok).toBe(false);
  expect(lines).toEqual([
    "1 room, 0 names",
    "room rooms/full.json: full: 400: The request failed.",
    expect.stringContaining("1 failed."),
  ]);
});

test.skipIf(!existsSync("/proc/self"))(
  "an operator is told that no folder can be made there",
  async () => {
    const { url } = await startServer();
    const { code, printed } = await backUp("/proc/edge-chat/backup", url);
    expect(printed).toMatch(/^The folder cannot be written: ENOENT.*\/proc/);
    expect(code).toBe(1);
  },
  PATIENCE_MS * 2,
);

test(
  "an operator is told that a folder takes no files, and no room is asked for in vain",
  async () => {
    const server = await startServer();
    const folder = mkdtempSync(join(tmpdir(), "backup-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "rooms"), "a file is in the way");
    const { code, printed } = await backUp(folder, server.url);
    expect(printed).toMatch(/^The folder cannot be written: EEXIST.*rooms'\n$/);
    expect(code).toBe(1);
    const exports = server.exports();
    expect(exports.length).toBeLessThan(ROOMS);
    expect(new Set(exports).size).toBe(exports.length);
  },
  PATIENCE_MS * 2,
);
