// Mentions in guarded rooms: nobody is mentioned from a room that they may not enter.
import { expect, test } from "vitest";
import {
  alice as aliceClaims,
  appWorld,
  joinByToken,
  TOKEN,
} from "../support/app.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

const HOUR = 3_600_000;
const ROOM = "team-7-secret";

const mentions = (peer: Peer) => peer.all("mention").map(({ room }) => room);

/** Alice's token names the room; that of bob may, for an hour. */
function team(bobsRooms: string[], lasts: number | null = HOUR) {
  const world = appWorld(
    { rooms: ["team-7-*"] },
    { PRIVATE_ROOMS: ["team-*"] },
  );
  const expires = lasts && world.now + lasts;
  const bob = { ...aliceClaims, subject: "2", username: "bob", expires };
  const BOBS = `${TOKEN}Ym9i`;
  world.tokens.set(BOBS, { ...bob, rooms: bobsRooms });
  const first = joinByToken(world, ROOM);
  return {
    world,
    alice: first,
    joinBob: (room: string) => joinByToken(world, room, { token: BOBS }),
  };
}

test("a user who came into a private room by a token is mentioned until it ends", () => {
  const { world, alice, joinBob } = team(["team-7-*", "hall"]);
  joinBob(ROOM).close(1000);
  world.pass(20_000);
  const bob = joinBob("hall");
  alice.send({ type: "message", text: "@bob one" });
  world.settle();
  expect(mentions(bob)).toEqual([ROOM]);
});

test("a user who came by a token that never ends is mentioned while away", () => {
  const { world, alice, joinBob } = team(["team-7-*"], null);
  joinBob(ROOM).close(1000);
  world.pass(5 * HOUR);
  alice.send({ type: "message", text: "@bob one" });
  world.settle();
  expect(mentions(joinBob(ROOM))).toEqual([ROOM]);
});

test("a user whose token has ended is not mentioned any more", () => {
  const { world, alice, joinBob } = team(["team-7-*", "hall"]);
  joinBob(ROOM).close(1000);
  const bob = joinBob("hall");
  world.pass(20_000);
  alice.send({ type: "message", text: "@bob one" });
  world.settle();
  expect(mentions(bob)).toEqual([ROOM]);
  bob.close(1000);
  world.pass(HOUR);
  world.tokens.set(`${TOKEN}Ym9i`, {
    ...{ ...aliceClaims, subject: "2", username: "bob" },
    ...{ rooms: ["hall"], expires: world.now + HOUR },
  });
  const later = joinBob("hall");
  alice.send({ type: "message", text: "@bob two" });
  world.settle();
  expect(mentions(later)).toEqual([]);
});

test("a user whom no token lets into a private room hears of no mention there", () => {
  const { world, alice, joinBob } = team(["hall"]);
  const bob = joinBob("hall");
  alice.send({ type: "message", text: "@bob one" });
  world.settle();
  world.pass(1000);
  expect(mentions(bob)).toEqual([]);
});

test("a guest calls nobody by @here, and the owner everybody", () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const hall = join(world, "hall", "olga");
  hall.send("/register");
  world.settle();
  const olga = join(world, "lobby", "olga");
  const bob = join(world, "lobby", "bob");
  bob.send({ type: "message", text: "@here" });
  world.settle();
  expect(olga.last("message")).not.toHaveProperty("here");
  olga.send({ type: "message", text: "@here" });
  world.settle();
  expect(bob.last("message")).toMatchObject({ here: true });
  expect(bob.all("mention")).toEqual([]);
});

test("a user who was just cut off hears of no mention once the room is for members", () => {
  const { world, owner, bob } = moderatedRoom();
  const elsewhere = join(world, "attic", "bob");
  bob.close(1006);
  owner.send({ type: "moderate", action: "access", access: "members" });
  world.settle();
  owner.send({ type: "message", text: "hello @bob" });
  world.settle();
  expect(mentions(elsewhere)).toEqual([]);
  elsewhere.send({ type: "rooms" });
  world.settle();
  expect(elsewhere.last("rooms").rooms).toContainEqual({ room: "lobby" });
});
