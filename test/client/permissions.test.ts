// Permissions: tests what a user may do in a room by roles, and that a purge reaches every view.
import { describe, expect, test } from "vitest";
import { alice, begin, bob, moderated } from "./support/moderated-room.ts";
import { message } from "./support/test-client.ts";

describe("permissions", () => {
  const details = [
    { ...bob, role: "moderator" },
    { user: "olga-public-id--", username: "olga", role: "owner" },
  ];
  const members = ["alice", "bob", "carl", "olga"];
  const carl = { username: "carl" };
  const olga = { username: "olga" };

  test.for([
    {
      role: undefined,
      may: [],
      mayNot: ["kick", "role", "lock", "topic", "pin", "delete"],
    },
    {
      role: "moderator",
      may: ["kick", "ban", "unban", "mute", "slow", "lock", "topic", "pin"],
      mayNot: ["role", "access"],
    },
    {
      role: "owner",
      may: ["kick", "role", "access", "lock", "delete"],
      mayNot: [],
    },
  ] as const)("a user with the role $role", async ({ role, may, mayNot }) => {
    const { lobby } = await begin({ role, members, details });
    const { permissions } = lobby;
    expect(may.filter((action) => permissions.can(action))).toEqual(may);
    expect(mayNot.filter((action) => permissions.can(action))).toEqual([]);
    expect(permissions.can("speak")).toBe(true);
  });

  test("nobody acts upward, sideways or on themselves", async () => {
    const { client, lobby } = await begin({
      ...{ role: "moderator", members, details },
    });
    const { permissions } = lobby.getSnapshot();
    expect(permissions.can("ban", carl)).toBe(true);
    expect(permissions.can("ban", bob)).toBe(false);
    expect(permissions.can("ban", olga)).toBe(false);
    expect(permissions.can("ban", alice)).toBe(false);
    expect(permissions.can("delete", alice)).toBe(true);
    const role = { action: "role", target: bob, role: "none" };
    client.serverSends(moderated(1, role));
    expect(lobby.getSnapshot().permissions.can("ban", bob)).toBe(true);
    expect(lobby.getSnapshot().details.has("bob")).toBe(false);
    const owner = { action: "role", target: alice, role: "owner" };
    client.serverSends(moderated(2, owner));
    expect(lobby.permissions.can("role", bob)).toBe(true);
    expect(lobby.details.get("alice")).toMatchObject({ role: "owner" });
  });

  test("a moderator who is muted sets no topic, and still moderates", async () => {
    const { lobby } = await begin({ role: "moderator", muted: {} });
    expect(lobby.permissions.can("topic")).toBe(false);
    expect(lobby.permissions.can("kick", carl)).toBe(true);
  });
});

describe("a purge", () => {
  const said = (seq: number, fields: object = {}) => message(seq, fields);
  const purge = { action: "purge", target: bob, since: 1003, from: 2, to: 4 };

  test("it deletes what the user said in that part, in every view", async () => {
    const { client, lobby } = await begin();
    client.serverSends(said(1), said(2), said(3), said(4, alice));
    client.serverSends({ ...said(5, alice), replyTo: 3 });
    lobby.thread(3);
    client.serverSends(moderated(6, { ...alice, ...purge, id: "x" }), said(7));
    const deleted = lobby.getSnapshot().messages.filter((one) => one.deleted);
    expect(deleted).toMatchObject([{ seq: 3, text: "", ...bob }]);
    expect(lobby.messages.find(({ seq }) => seq === 5)?.quoted).toEqual({
      ...{ seq: 3, erased: true },
    });
    expect(lobby.messages.map(({ text }) => text)).toEqual([
      "text 1",
      "text 2",
      "",
      "text 4",
      "text 5",
      "text 7",
    ]);
  });

  test("an old message with a new text is deleted, and a pin goes", async () => {
    const { client, lobby } = await begin();
    client.serverSends(said(1), said(2), said(3));
    const edited = { type: "edited", seq: 4, room: "lobby", at: 1004, of: 2 };
    const pinned = { type: "pinned", seq: 5, room: "lobby", at: 1005, of: 2 };
    client.serverSends({ ...edited, ...bob, text: "new" });
    client.serverSends({ ...pinned, ...alice });
    expect(lobby.pins).toEqual([2]);
    client.serverSends(moderated(6, { ...purge, ...alice, since: 1004 }));
    expect(lobby.getSnapshot()).toMatchObject({
      ...{ pins: [], messages: [{ seq: 1 }, { seq: 2, text: "" }, { seq: 3 }] },
    });
    expect(lobby.messages.at(-1)).not.toHaveProperty("deleted");
  });
});
