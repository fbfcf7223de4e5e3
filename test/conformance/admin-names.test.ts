// Admin names: the operator finds out who has a name, and frees it.
import { describe, expect, test } from "vitest";
import { ask, expectProblem, requestAs } from "./support/http-client.ts";
import { join } from "./support/members.ts";
import { person, stranger, uniqueName } from "./support/people.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";

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

  test("is told of a name that cannot be, and nobody else is told anything", async () => {
    const path = `/admin/names/${uniqueName("alice")}`;
    for (const method of ["GET", "DELETE"]) {
      expectProblem(await requestAs(admin, method, "/admin/names/a%20b"), 400);
      expectProblem(await ask(path, method), 401);
    }
  });
});
