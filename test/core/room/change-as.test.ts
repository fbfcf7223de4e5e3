// Change tests: bots and people edit and delete their messages by HTTP, and only those.
import { expect, test } from "vitest";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { ChangeAs } from "../../../src/core/shared/server-requests.ts";
import { AppStub, FORBID } from "../support/app-stub.ts";
import { join, joinAll, secretOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const bot = (id = "ci"): ChangeAs["by"] => ({
  ...{ kind: "bot", identity: `${id}-bot`.padEnd(43, "-") },
  username: `bot:${id}`,
});
const guest = (username: string, as = username): ChangeAs["by"] => ({
  ...{ kind: "guest", secret: secretOf(as), username },
});

function change(world: World, op: Omit<ChangeAs, "type">): Reply | null {
  let reply: Reply | null = null;
  world.room("lobby").ask([{ type: "change-as", ...op }], (replies) => {
    reply = replies?.[0] ?? null;
  });
  world.settle();
  return reply;
}

const edit = (of: number, text = "better", id?: string) =>
  ({ type: "edit", of, text, ...(id !== undefined && { id }) }) as const;
const erase = (of: number) => ({ type: "delete", of }) as const;

function publish(world: World, by: ChangeAs["by"], text = "hello") {
  const op = { type: "publish-as", by, text } as const;
  world.room("lobby").ask([op], () => undefined);
  world.settle();
}

test("a bot edits its message once for each id, and the app is asked about the edit", () => {
  const world = new World();
  const app = new AppStub(world, ["message"]);
  const { alice } = joinAll(world, "lobby", "alice");
  publish(world, bot());
  app.decide = () => ({ type: "allowed", text: "***" });
  const op = { by: bot(), frame: edit(1, "better", "e-1") };
  const first = change(world, op);
  expect(first).toEqual({ type: "published", seq: 2, at: world.now });
  expect(app.asked.at(-1)).toMatchObject({
    ...{ kind: "edit", of: 1, text: "better", user: { kind: "bot" } },
  });
  expect(alice.last("edited")).toMatchObject({ of: 1, text: "***" });
  expect(change(world, op)).toMatchObject({ seq: 2, duplicate: true });
  app.decide = () => FORBID;
  expect(change(world, { by: bot(), frame: edit(1) })).toMatchObject(FORBID);
});

test("nobody changes the message of another one, or one that is gone", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  publish(world, bot());
  alice.send({ type: "message", text: "mine" });
  for (const by of [bot("other"), guest("eve")])
    for (const seq of [1, 2])
      for (const frame of [edit(seq), erase(seq)])
        expect(change(world, { by, frame })).toMatchObject({
          code: "forbidden",
        });
  expect(change(world, { by: guest("alice"), frame: erase(2) })).toHaveProperty(
    "seq",
    3,
  );
  for (const frame of [edit(2), erase(2), edit(9)])
    expect(change(world, { by: guest("alice"), frame })).toMatchObject({
      code: "gone",
    });
  const empty = new World();
  expect(change(empty, { by: bot(), frame: erase(1) })).toMatchObject({
    code: "gone",
  });
  expect(empty.room("lobby").database.tables).toEqual({});
});

test("a secret that was replaced deletes nothing, though the owner is here by the new one", () => {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  alice.send({ type: "register" });
  world.settle();
  alice.send({ type: "message", text: "mine" });
  const { bob } = joinAll(world, "lobby", "bob");
  bob.send({ type: "message", text: "bob's" });
  alice.send({ type: "rotate", token: secretOf("new") });
  world.settle();
  const phone = join(world, "lobby", "alice", { as: "new" });
  expect(phone.last("welcome").username).toBe("alice");
  for (const seq of [1, 2])
    expect(
      change(world, { by: guest("alice"), frame: erase(seq) }),
    ).toMatchObject({ code: "forbidden" });
  const current = { by: guest("alice", "new"), frame: erase(1) };
  expect(change(world, current)).toHaveProperty("seq", 3);
});

test("an owner deletes the message of another one, by the current secret alone", () => {
  const world = new World();
  const alice = join(world, "kitchen", "alice");
  alice.send({ type: "register" });
  world.settle();
  // Whose join creates a room owns it, if the name is registered.
  const owner = join(world, "lobby", "alice");
  expect(owner.last("welcome").role).toBe("owner");
  const { bob } = joinAll(world, "lobby", "bob");
  bob.send({ type: "message", text: "one" });
  bob.send({ type: "message", text: "two" });
  const op = (of: number) => ({ by: guest("alice"), frame: erase(of) });
  expect(change(world, op(1))).toHaveProperty("seq", 3);
  owner.send({ type: "rotate", token: secretOf("new") });
  world.settle();
  expect(change(world, op(2))).toMatchObject({ code: "forbidden" });
});
