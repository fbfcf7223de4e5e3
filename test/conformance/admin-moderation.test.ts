// Admin moderation: the operator names the owner of a room that has none, and acts above all roles.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { expectProblem, post } from "./support/http-client.ts";
import { join, joinAll } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";

describe.skipIf(admin === "")("an operator", () => {
  test("names the owner of a room that a guest has created", async () => {
    const room = uniqueName("club");
    const [carol, bob] = await joinAll(room, "carol", "bob");
    const path = `/admin/rooms/${room}/moderate`;
    const owner = { action: "role", role: "owner", username: bob.name };
    expectProblem(await post(path, admin, owner), 403);
    await register(bob);
    const named = await post(path, admin, owner);
    expect(named.status).toBe(201);
    const { seq } = named.body as { seq: number };
    expect(await carol.next("moderated", { seq })).toMatchObject({
      ...{ username: "bot:admin", action: "role", role: "owner" },
      target: { username: bob.name },
    });
    // A repeat changes nothing, and carol hears of no second one.
    expect(await post(path, admin, owner)).toMatchObject({
      ...{ status: 200, body: { ...Object(named.body), duplicate: true } },
    });
    bob.send(`/kick ${carol.name}`);
    expect(await carol.closed()).toEqual({ code: 4501, reason: "kicked" });
    expect((await join(room, bob.person)).welcome.role).toBe("owner");
  });

  test("is told of a wrong name, a wrong body and a room that is not there", async () => {
    const room = uniqueName("club");
    const bob = await join(room, person("bob"));
    const path = `/admin/rooms/${room}/moderate`;
    const kick = { action: "kick", username: bob.name };
    expectProblem(await post(path, null, kick), 401);
    expectProblem(await post(path, admin, { ...kick, username: "x" }), 404);
    expectProblem(await post(path, admin, { action: "dance" }), 400);
    const nowhere = `/admin/rooms/${uniqueName("none")}/moderate`;
    expectProblem(await post(nowhere, admin, kick), 404);
    expect((await post(path, admin, kick)).status).toBe(201);
    expect(await bob.closed()).toEqual({ code: 4501, reason: "kicked" });
  });
});
