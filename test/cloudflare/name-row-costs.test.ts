// Name row costs: counts the rows that registered names and blocks write, as Cloudflare bills them, and prints a table.
import { describe, expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  join,
  joinAll,
  joinOn,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, secret, uniqueName } from "../conformance/support/people.ts";
import { trackRowCosts } from "./support/row-costs.ts";
import { eventually, serve } from "./support/server.ts";

const server = serve(
  { GUEST_CLAIM_SECONDS: 3600, PRESENCE_GRACE_MS: 0 },
  "test/cloudflare/support/counting-worker.ts",
);

const costOf = trackRowCosts(server);

describe("a name that is kept", () => {
  test("a user's registered name costs a row to register, rotate and release, and no more in use than a guest's", async () => {
    const room = uniqueName("lobby");
    const alice = await join(uniqueName("kitchen"), person("alice"));
    const { name } = alice;
    const answered = async (frame: object, type: "registered" | "rotated") => {
      alice.send(frame);
      await alice.next(type);
    };
    const registered = await costOf("register", room, [name], () =>
      answered({ type: "register" }, "registered"),
    );
    expect(registered).toEqual({ room: 0, directory: 1 });
    const again = await costOf("register again", room, [name], () =>
      answered({ type: "register" }, "registered"),
    );
    expect(again).toEqual({ room: 0, directory: 0 });
    const rotated = await costOf("rotate", room, [name], () =>
      answered({ type: "rotate", token: secret() }, "rotated"),
    );
    expect(rotated).toEqual({ room: 0, directory: 1 });
    await join(room, person("bob"));
    const phone = await connect(room);
    const use = await costOf(
      "later join, by a registered name",
      room,
      [name],
      () => joinOn(phone, alice.person),
    );
    expect(use).toEqual({ room: 0, directory: 1 });
    /** The directory knows that they are in no room. */
    const isOut = () =>
      eventually(
        () => server.directory(name, "SELECT free_at FROM claim"),
        ([claim]) => claim?.free_at !== null,
      );
    const leave = async () => {
      await leaveRoom(phone);
      await leaveRoom(alice);
      await isOut();
    };
    const left = await costOf(
      "leave of two rooms, by a registered name",
      room,
      [name],
      leave,
    );
    // One row for each room, one for the end, and its alarm.
    expect(left.directory).toBeLessThanOrEqual(3);
    const back = await connect(room);
    const returned = await costOf(
      "return of a registered name",
      room,
      [name],
      () => joinOn(back, alice.person),
    );
    expect(returned).toEqual({ room: 0, directory: 1 });
    const leftAgain = await costOf(
      "leave of the last room, a second time",
      room,
      [name],
      async () => {
        await leaveRoom(back);
        await isOut();
      },
    );
    // The first alarm is early enough.
    expect(leftAgain).toEqual({ room: 0, directory: 1 });
  });

  test("a user's block list costs a row for each blocked user, once its table is made", async () => {
    const room = uniqueName("lobby");
    const [alice, bob, cid] = await joinAll(room, "alice", "bob", "cid");
    const block = async (type: "block" | "unblock", username: string) => {
      alice.send({ type, username });
      await alice.next("blocked");
    };
    const names = [alice.name, bob.name, cid.name];
    const first = await costOf("first block", room, names, () =>
      block("block", bob.name),
    );
    expect(first.directory).toBeLessThanOrEqual(3);
    const second = await costOf("later block", room, names, () =>
      block("block", cid.name),
    );
    expect(second).toEqual({ room: 0, directory: 1 });
    const third = await costOf("unblock", room, names, () =>
      block("unblock", cid.name),
    );
    expect(third).toEqual({ room: 0, directory: 1 });
    const refused = await costOf(
      "private message that is blocked",
      room,
      names,
      () =>
        bob.refused(
          { type: "private", to: alice.name, text: "psst" },
          "no_such_user",
        ),
    );
    expect(refused).toEqual({ room: 0, directory: 0 });
  });
});
