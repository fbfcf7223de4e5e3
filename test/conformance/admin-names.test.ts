// Admin names: the operator finds out who has a name, and frees it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { importUser } from "../../src/cli/user-import.ts";
import { baseUrl } from "./support/connection.ts";
import { ask, expectProblem, requestAs } from "./support/http-client.ts";
import { join } from "./support/members.ts";
import { person, stranger, uniqueId, uniqueName } from "./support/people.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";

/** A copy of a user with the state of a name, as the command makes it. */
function copyOf(user: string, state: unknown): string {
  const folder = mkdtempSync(joinPath(tmpdir(), "edge-chat-copy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = joinPath(folder, "copy.ndjson");
  const lines = [
    {
      type: "user-copy",
      version: 1,
      user,
      made: Date.now(),
      isForImport: true,
    },
    { type: "name-state", ...Object(state) },
    { type: "end", rooms: 0, lines: 0, names: 1, unanswered: [] },
  ];
  writeFileSync(
    file,
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  return file;
}

describe.skipIf(admin === "")("an operator", () => {
  test("finds who has a name and where, and frees it for somebody else", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const path = `/admin/names/${encodeURIComponent(alice.name)}`;
    const found = await requestAs(admin, "GET", path);
    expect(found.status).toBe(200);
    expect(found.body).toEqual({
      ...{ user: alice.welcome.user, username: alice.name, kind: "guest" },
      ...{ since: expect.any(Number), rooms: [room] },
    });
    const free = async () => (await requestAs(admin, "DELETE", path)).status;
    // 503 is to ask again, on a machine that is very busy.
    await expect.poll(free).toBe(204);
    expect(await alice.closed()).toMatchObject({ code: 4504 });
    expectProblem(await requestAs(admin, "GET", path), 404);
    expectProblem(await requestAs(admin, "DELETE", path), 404);
    const other = await join(room, stranger(alice.name));
    expect(other.welcome.username).toBe(alice.name);
    expect(other.welcome.user).not.toBe(alice.welcome.user);
  });

  test("imports a name from a copy, once, and not if somebody else has it", async () => {
    const room = uniqueName("lobby");
    const ann = person("ann");
    const first = await join(room, ann);
    const bob = await join(room, person("bob"));
    first.send({ type: "register" });
    await first.next("registered");
    bob.send({ type: "private", to: ann.name, text: "psst", id: uniqueId() });
    await first.next("private");
    const path = `/admin/names/${encodeURIComponent(ann.name)}`;
    const { body } = await requestAs(admin, "GET", `${path}/state`);
    const file = copyOf(first.welcome.user, body);
    const url = baseUrl();
    const load = () =>
      importUser({ verb: "load", file, url, secret: admin }, Date.now);
    const there = await load();
    expect(there).toMatchObject({ ok: true });
    expect(there.lines[0]).toBe(`${ann.name} is here already.`);
    const free = async () => (await requestAs(admin, "DELETE", path)).status;
    await expect.poll(free).toBe(204);
    const other = await join(room, stranger(ann.name));
    const taken = `${ann.name} is another user's here.`;
    expect(await load()).toEqual({ ok: false, lines: [taken] });
    await expect.poll(free).toBe(204);
    expect(await other.closed()).toMatchObject({ code: 4504 });
    const [brought, ...hints] = (await load()).lines;
    expect(brought).toBe(`${ann.name} is imported.`);
    expect(hints.join()).toContain("rooms are not imported");
    expect((await load()).lines[0]).toBe(`${ann.name} is here already.`);
    const found = await requestAs(admin, "GET", path);
    const { user } = first.welcome;
    expect(found.body).toMatchObject({ user, kind: "registered", rooms: [] });
    const back = await join(room, ann);
    expect(back.welcome).toMatchObject({ user, username: ann.name });
    const { body: after } = await requestAs(admin, "GET", `${path}/state`);
    expect(JSON.stringify(after)).toContain("psst");
  });

  test("is told of a name that cannot be, and nobody else is told anything", async () => {
    const path = `/admin/names/${uniqueName("alice")}`;
    for (const method of ["GET", "DELETE"]) {
      expectProblem(await requestAs(admin, method, "/admin/names/a%20b"), 400);
      expectProblem(await ask(path, method), 401);
    }
  });
});
