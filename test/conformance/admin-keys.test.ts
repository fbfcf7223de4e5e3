// Admin keys: the operator makes, lists, rotates and revokes server keys, whose secrets nobody sees again.
import { describe, expect, test } from "vitest";
import {
  type Answer,
  ask,
  expectProblem,
  post,
  requestAs,
} from "./support/http-client.ts";
import { uniqueId, uniqueName } from "./support/people.ts";
import { API_KEYS } from "./support/server-key.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";
const as = { id: "ci", username: "Builds" };

const publish = (key: string, room = uniqueName("lobby")) =>
  post(`/rooms/${room}/messages`, key, { as, text: "hello" });
const make = (body: object) => post("/admin/keys", admin, body);
const keyOf = ({ body }: Answer) => (body as { key: string }).key;

describe.skipIf(admin === "")("an operator", () => {
  test("makes a key, which opens what it was made for", async () => {
    const id = uniqueName("ci");
    const made = await make({ id, scopes: ["publish"], rooms: ["team-*"] });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      ...{ id, scopes: ["publish"], rooms: ["team-*"] },
      key: expect.stringMatching(new RegExp(`^ek_${id}_[\\w-]{43}$`)),
    });
    expect(made.headers.get("cache-control")).toBe("no-store");
    const room = uniqueName("team");
    expect((await publish(keyOf(made), room)).status).toBe(201);
    expectProblem(await publish(keyOf(made)), 403);
    expectProblem(await make({ id, scopes: ["read"] }), 409);
    const { body, text } = await requestAs(admin, "GET", "/admin/keys");
    expect(body).toMatchObject({
      keys: expect.arrayContaining([
        {
          ...{ id, scopes: ["publish"], rooms: ["team-*"] },
          made: expect.any(Number),
        },
      ]),
      setting: expect.arrayContaining([
        { id: "tests", scopes: ["publish", "read"] },
      ]),
    });
    const hashes = API_KEYS.match(/[\da-f]{64}/g) ?? [];
    for (const secret of [keyOf(made), ...hashes])
      expect(text).not.toContain(secret);
    await requestAs(admin, "DELETE", `/admin/keys/${id}`);
  });

  test("rotates a key without a pause, and revokes it", async () => {
    const id = uniqueName("ci");
    const first = keyOf(await make({ id, scopes: ["publish"] }));
    const rotated = await post(`/admin/keys/${id}/rotate`, admin, "");
    expect(rotated.status).toBe(201);
    const second = keyOf(rotated);
    for (const key of [first, second])
      expect((await publish(key)).status).toBe(201);
    const old = await requestAs(admin, "DELETE", `/admin/keys/${id}/old`);
    expect(old.status).toBe(204);
    expectProblem(await publish(first), 401);
    expect((await publish(second)).status).toBe(201);
    const all = await requestAs(admin, "DELETE", `/admin/keys/${id}`);
    expect(all.status).toBe(204);
    expectProblem(await publish(second), 401);
    for (const path of [`/admin/keys/${id}`, `/admin/keys/${id}/old`])
      expectProblem(await requestAs(admin, "DELETE", path), 404);
    expectProblem(await post(`/admin/keys/${id}/rotate`, admin, ""), 404);
  });

  test("lets a key do the work of the admin, if it has the scope and opens all rooms", async () => {
    const id = uniqueName("ops");
    const ops = keyOf(await make({ id, scopes: ["admin"] }));
    expect((await requestAs(ops, "GET", "/admin/keys")).status).toBe(200);
    expectProblem(await publish(ops), 403);
    const bounded = { scopes: ["read", "admin"], rooms: ["lobby"] };
    expectProblem(await make({ id: uniqueName("ops"), ...bounded }), 400);
    await requestAs(admin, "DELETE", `/admin/keys/${id}`);
  });

  test("is told what is wrong with a key", async () => {
    for (const body of [
      { scopes: ["publish"] },
      { id: "a_b", scopes: ["publish"] },
      { id: uniqueId(), scopes: [] },
      { id: "ci", scopes: ["write"] },
      { id: "ci", scopes: ["publish"], rooms: ["a b"] },
    ])
      expectProblem(await make(body), 400);
    expectProblem(await make({ id: "tests", scopes: ["publish"] }), 409);
    expectProblem(await ask("/admin/keys"), 401);
  });
});
