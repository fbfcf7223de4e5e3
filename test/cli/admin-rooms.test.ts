// Admin room command tests: the log of a room becomes a file, and its reports become lines.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { runAdmin } from "../../src/cli/admin.ts";
import { parseAdmin } from "../../src/cli/admin-commands.ts";

/** @returns the options of a command to this server */
function read(line: string, url: string) {
  const env = { ADMIN_SECRET: "only-the-operator-has-this" };
  const parsed = parseAdmin(line.split(" "), env, url);
  if (parsed.kind !== "admin") throw new Error("It is no command.");
  return parsed.options;
}

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an operator copies the log of a room to a file, and a file to a room", async () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "lobby.ndjson");
  const taken: string[] = [];
  const url = await listening(async (request, response) => {
    if (request.url?.startsWith("/admin/rooms/gone/")) {
      response.writeHead(404).end('{"detail":"There is no such room."}');
      return;
    }
    if (request.method === "GET") response.end('{"type":"header"}\n');
    else {
      taken.push(await text(request));
      response.end('{"epoch":"e"}');
    }
  });
  const copy = (line: string) => runAdmin(read(`${line} ${file}`, url));
  expect(await copy("rooms import lobby")).toEqual({
    ...{ ok: false, lines: [`${file}: ENOENT`] },
  });
  expect(await copy("rooms export gone")).toEqual({
    ...{ ok: false, lines: ["404: There is no such room."] },
  });
  expect(await copy("rooms export lobby")).toEqual({
    ...{ ok: true, lines: [`lobby is in ${file}.`] },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await copy("rooms import lobby")).toMatchObject({ ok: true });
  expect(taken).toEqual(['{"type":"header"}\n']);
});

test("an operator reads reports by pages, each in one line, and the message as it is now", async () => {
  const asked: string[] = [];
  const report = {
    ...{ report: 7, of: 3, epoch: "e", at: 0, user: "u", username: "ann" },
    ...{ target: { user: "v", username: "bob" }, reason: "rude" },
    quoted: { seq: 3, user: "v", username: "bob", text: "you\nfool" },
  };
  const older = {
    ...{ ...report, report: 2, outcome: "resolved" },
    ...{ reason: undefined, quoted: { seq: 3, erased: true } },
  };
  const url = await listening(({ url: path = "" }, response) => {
    asked.push(path);
    const page = path.includes("before=7")
      ? { reports: [older], more: false, open: 1 }
      : { reports: [report], more: true, open: 1 };
    response.end(JSON.stringify(page));
  });
  const options = read("reports list lobby", url);
  const first = await runAdmin(options);
  expect(first.lines).toEqual([
    "7 open 1970-01-01T00:00:00.000Z ann reports bob (rude): you fool",
  ]);
  const { next } = first;
  if (next === undefined) throw new Error("There is no second page.");
  expect(await runAdmin({ ...options, request: next }, false)).toEqual({
    ok: true,
    lines: ["2 resolved 1970-01-01T00:00:00.000Z ann reports bob: (deleted)"],
  });
  expect(asked.length).toBe(2);
});
