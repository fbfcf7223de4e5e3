// Erased users tests: an imported log brings back nothing of a user who was erased here, and all that the user said later.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { erasedHash } from "../../src/core/shared/erase-requests.ts";
import type { Reply } from "../../src/core/shared/rpc.ts";
import { ErasedUsers } from "../../src/http/erased-users.ts";

const platform = {
  hash: (text: string) => createHash("sha256").update(text).digest("base64url"),
};
const ANN = "ann-ann-ann-ann1";
const BEN = "ben-ben-ben-ben2";
const erased = { hash: erasedHash(platform, ANN), at: 100 };

function event(fields: object): string {
  return JSON.stringify({
    ...{ type: "message", seq: 1, room: "lobby", user: BEN, username: "ben" },
    ...{ text: "hi", at: 50, ...fields },
  });
}

async function readErased(replies: Reply[]) {
  const after: string[] = [];
  const users = await ErasedUsers.read({
    platform,
    async askObject(_, [op]) {
      if (op?.type === "erased-users") after.push(op.after);
      return replies.splice(0, 1);
    },
  });
  return { users, after };
}

test("an import erases what was said before, and nothing else", async () => {
  const other = { hash: "other", at: 7 };
  const { users, after } = await readErased([
    { type: "erased-users", users: [other], more: true },
    { type: "erased-users", users: [erased], more: false },
  ]);
  expect(after).toEqual(["", "other"]);
  const hers = { user: ANN, username: "ann", id: "a" };
  const left = users?.without(event(hers)) ?? "";
  expect(JSON.parse(left)).toEqual({
    ...{ type: "erased", seq: 1, room: "lobby", at: 50 },
    ...{ user: "erased__________", username: "erased" },
  });
  for (const kept of [event({}), event({ ...hers, at: 101 })])
    expect(users?.without(kept)).toBe(kept);
  const reacted = event({
    ...{ type: "reacted", of: 1, emoji: "👍", count: 2 },
    added: [
      { user: ANN, username: "ann" },
      { user: BEN, username: "ben" },
    ],
    ...{ removed: [], mentions: [ANN] },
  });
  expect(users?.without(reacted)).not.toContain("ann");
  expect(users?.without(reacted)).toContain(BEN);
});

test("an import is refused where it is not known who was erased", async () => {
  expect((await readErased([])).users).toBeNull();
  const { users } = await readErased([
    { type: "refused", code: "unsupported" },
  ]);
  expect(users).toBeNull();
});
