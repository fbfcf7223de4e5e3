// Connect verdict tests: the app's word on a request makes its connection one of an app's user, or closes it.
import { expect, test } from "vitest";
import { appWorld, alice as claims, TOKEN } from "../support/app.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const verified = { ...claims, data: { plan: "pro" } };

test("a user of the app joins under the app's name, with its data", () => {
  const world = new World();
  const bob = join(world, "lobby", "bob");
  const peer = world.open("lobby", { appVerdict: verified });
  peer.send({ type: "join", username: "somebody" });
  world.settle();
  expect(peer.last("welcome").username).toBe("alice");
  expect(bob.last("joined")).toMatchObject({
    ...{ username: "alice", data: { plan: "pro" } },
  });
});

test("a user of the app joins by URL", () => {
  const world = new World();
  const query = { appVerdict: verified, username: "somebody" };
  const peer = world.open("lobby", query);
  world.settle();
  expect(peer.last("welcome").username).toBe("alice");
});

test("a user has one identity by cookie and by token", () => {
  const world = appWorld();
  const byCookie = world.open("lobby", { appVerdict: verified });
  byCookie.send({ type: "join" });
  const byToken = world.open("lobby");
  byToken.send({ type: "join", token: TOKEN });
  world.settle();
  const users = [byCookie, byToken].map((peer) => peer.last("welcome").user);
  expect(users[0]).toBe(users[1]);
});

test("a request that the app denies is told why, and closed", () => {
  const world = new World();
  const appVerdict = { type: "refused", code: "banned" } as const;
  const peer = world.open("lobby", { appVerdict });
  expect(peer.take()).toMatchObject([{ type: "error", code: "banned" }]);
  expect(peer.closed).toBe("refused");
});

test("an app that failed is asked again by the next connection", () => {
  const world = new World();
  const appVerdict = { type: "refused", code: "internal" } as const;
  const peer = world.open("lobby", { appVerdict });
  expect(peer.closed).toBe("restarted");
});

test("a room is private also for users of the app, unless it names the room", () => {
  const world = new World({ PRIVATE_ROOMS: ["team-*"] });
  const stranger = world.open("team-7", { appVerdict: verified });
  expect(stranger.last("error").code).toBe("forbidden");
  const appVerdict = { ...verified, rooms: ["team-7"] };
  const member = world.open("team-7", { appVerdict });
  member.send({ type: "join" });
  world.settle();
  expect(member.all("welcome")).toHaveLength(1);
});

test("a user of the app is the same one after a sleep", () => {
  const world = new World();
  const peer = world.open("lobby", { appVerdict: verified });
  peer.send({ type: "join" });
  world.settle();
  peer.send({ type: "leave" });
  world.hibernate(world.room("lobby"));
  peer.send({ type: "join" });
  world.settle();
  expect(peer.last("welcome").username).toBe("alice");
});
