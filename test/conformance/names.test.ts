// Names: one user at a time holds a name and its lookalikes.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import {
  join,
  joinAll,
  joinFrame,
  joinText,
  leaveRoom,
  takeReleasedName,
} from "./support/members.ts";
import {
  type Person,
  person,
  publicIdOf,
  secret,
  stranger,
  uniqueName,
  uniqueSuffix,
} from "./support/people.ts";

/** Asks for a taken name and is refused; the connection stays open. */
async function expectTaken(room: string, who: Person): Promise<void> {
  const client = await connect(room);
  const failure = await client.refused(joinFrame(who), "username_taken");
  expect(failure.retryAfter).toBeGreaterThanOrEqual(0);
  const other = person("other");
  client.send(joinFrame(other));
  await client.next("welcome", { username: other.name });
}

// One identity at a time holds a name, in all rooms.
describe("first come", () => {
  test("a stranger does not get bob's name, here or elsewhere", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    await expectTaken(uniqueName("kitchen"), stranger(bob.name));
    const client = await connect(room);
    await client.refused(joinFrame(stranger(bob.name)), "username_taken");
    expect(await alice.unread()).toEqual([]);
    expect(await bob.next("message")).toHaveProperty("username", alice.name);
  });

  test("a stranger without a secret does not get bob's name", async () => {
    const bob = await join(uniqueName("lobby"), person("bob"));
    const client = await connect(uniqueName("kitchen"));
    const frame = { type: "join", username: bob.name };
    await client.refused(frame, "username_taken");
  });

  test("a stranger who asks for bob's name in the URL gets an error frame and a close", async () => {
    const bob = await join(uniqueName("lobby"), person("bob"));
    const client = await connect(uniqueName("kitchen"), {
      query: { username: bob.name },
    });
    const failure = await client.next("error", { code: "username_taken" });
    expect(failure.retryAfter).toBeGreaterThanOrEqual(0);
    expect(await client.closed()).toHaveProperty("code", 4500);
  });

  test("of two users who ask for a name at once exactly one is welcomed", async () => {
    const name = uniqueName("bob");
    const clients = await Promise.all(
      ["lobby", "kitchen", "attic", "cellar"].map((room) =>
        connect(uniqueName(room)),
      ),
    );
    for (const client of clients) client.send(joinFrame(stranger(name)));
    const answers = await Promise.all(
      clients.map((client) =>
        client.inbox.next(({ type }) => type !== "history", "answer"),
      ),
    );
    const types = answers.map(({ type }) => type).sort();
    expect(types).toEqual(["error", "error", "error", "welcome"]);
    for (const answer of answers)
      if (answer.type === "error") expect(answer.code).toBe("username_taken");
  });
});

describe("the same secret", () => {
  test("a user joins with the same secret on more devices, in any room, as one user", async () => {
    const bob = person("bob");
    for (const room of ["lobby", "kitchen", "attic"]) {
      const { welcome } = await join(uniqueName(room), bob);
      expect(welcome.user).toBe(publicIdOf(bob.token));
      expect(welcome).not.toHaveProperty("token");
    }
  });

  test("a user comes back to the name with the same secret", async () => {
    const bob = person("bob");
    const room = uniqueName("lobby");
    await leaveRoom(await join(room, bob));
    const back = await join(room, bob);
    expect(back.welcome.username).toBe(bob.name);
  });

  test("a user may give the secret in the Authorization header", async () => {
    const bob = person("bob");
    const headers = { Authorization: `Bearer ${bob.token}` };
    const byUrl = await connect(uniqueName("lobby"), {
      query: { username: bob.name },
      headers,
    });
    const { user } = await byUrl.next("welcome");
    expect(user).toBe(publicIdOf(bob.token));
    const byFrame = await connect(uniqueName("kitchen"), { headers });
    byFrame.send({ type: "join", username: bob.name });
    expect(await byFrame.next("welcome")).toHaveProperty("user", user);
  });

  test("a user may type the secret after the name", async () => {
    const bob = person("bob");
    await join(uniqueName("lobby"), bob);
    const client = await connect(uniqueName("kitchen"));
    client.send(`/join ${bob.name} ${bob.token}`);
    const { user } = await client.next("welcome");
    expect(user).toBe(publicIdOf(bob.token));
  });

  // The claim keeps the spelling that is shown.
  test("a user gets the name as it was first spelled", async () => {
    const bob = person("Bob");
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", bob);
    const { name } = bob;
    const shouted = { ...bob, name: name.toUpperCase() };
    const { welcome } = await join(room, shouted);
    expect(welcome.username).toBe(name);
    expect(welcome.members).toEqual([alice.name, name].sort());
  });

  test.for([
    ["21 characters", "x".repeat(21)],
    ["4097 characters", "x".repeat(4097)],
    ["a blank", `${"x".repeat(30)} y`],
    ["letters beyond ASCII", `${"x".repeat(30)}é`],
    ["nothing", ""],
  ] as const)("a user cannot join with a secret of %s", async ([, token]) => {
    const { name } = person("bob");
    const client = await connect(uniqueName("lobby"));
    await client.refused(joinFrame({ name, token }), "unauthorized");
    client.send(joinFrame({ name, token: secret() }));
    await client.next("welcome");
  });

  test.for([22, 4096])(
    "a user may have a secret of %d characters",
    async (length) => {
      const token = secret().padEnd(length, "~");
      const { name } = person("bob");
      const { welcome } = await join(uniqueName("lobby"), { name, token });
      expect(welcome.user).toBe(publicIdOf(token));
    },
  );

  test("a bad secret with a name in the URL closes as unauthorized", async () => {
    const client = await connect(uniqueName("lobby"), {
      query: { username: uniqueName("bob") },
      headers: { Authorization: "Bearer short" },
    });
    await client.next("error", { code: "unauthorized" });
    expect(await client.closed()).toHaveProperty("code", 4506);
  });

  test("nobody is shown the secret of a user", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const carol = await joinText(room, person("carol"));
    await alice.sendMessage("hello");
    await alice.sendPrivate(bob.name, "psst");
    await carol.line(`${alice.name}: hello`);
    const told = [alice, bob, carol].flatMap(({ frames }) => frames).join("\n");
    for (const { person } of [alice, bob])
      expect(told).not.toContain(person.token);
    expect(carol.frames.join("\n")).not.toContain("token");
  });
});

// The key is fold(skeleton(fold(NFKC))), with i, l and 1 as one.
describe("names that look alike are one", () => {
  test.for([
    ["pascal", "PASCAL"],
    ["pascal", "pаscаl"],
    ["pascal", "ｐascal"],
    ["pаscаl", "pascal"],
    ["Ian", "lan"],
    ["userl", "user1"],
    ["user1", "useri"],
    ["Zoë", "Zoe\u0308"],
  ] as const)(
    "a user called %s keeps others from the name %s",
    async ([first, second]) => {
      const end = uniqueSuffix();
      const holder = stranger(`${first}-${end}`);
      await join(uniqueName("lobby"), holder);
      await expectTaken(uniqueName("kitchen"), stranger(`${second}-${end}`));
    },
  );

  test.for([
    ["李雷", "李蕾"],
    ["Zoe", "Zoë"],
    ["anna", "hanna"],
    ["user2", "user3"],
  ] as const)(
    "%s and %s are the names of two users",
    async ([first, second]) => {
      const end = uniqueSuffix();
      const room = uniqueName("lobby");
      const names = [`${first}-${end}`, `${second}-${end}`];
      const [one, two] = names.map(stranger);
      if (!one || !two) throw new Error("unreachable");
      await join(room, one);
      const { welcome } = await join(room, two);
      expect(welcome.members).toEqual(names.sort());
    },
  );
});

// The name is free after GUEST_CLAIM_SECONDS. The test asks again until then.
describe("a name comes free again", () => {
  test.for(["says goodbye", "closes the window", "drops out"])(
    "another user gets bob's name after bob %s",
    { timeout: 60_000 },
    async (how) => {
      const room = uniqueName("lobby");
      const [alice, bob] = await joinAll(room, "alice", "bob");
      if (how === "says goodbye") await leaveRoom(bob);
      else if (how === "drops out") bob.drop();
      else await bob.close();
      const next = await takeReleasedName(room, bob.name);
      expect(next.welcome.user).not.toBe(bob.welcome.user);
      const joined = await alice.next("joined", { username: bob.name });
      expect(joined.user).toBe(next.welcome.user);
    },
  );

  test("nobody gets bob's name while another connection of his is there", async () => {
    const bob = person("bob");
    await join(uniqueName("lobby"), bob);
    await leaveRoom(await join(uniqueName("kitchen"), bob));
    // Dave left later. When his name is free, bob's would be free too.
    const dave = await join(uniqueName("kitchen"), person("dave"));
    await leaveRoom(dave);
    await takeReleasedName(uniqueName("attic"), dave.name);
    await expectTaken(uniqueName("attic"), stranger(bob.name));
  }, 60_000);

  test("bob, who lost his name, is refused it like anybody else", async () => {
    const bob = person("bob");
    await leaveRoom(await join(uniqueName("lobby"), bob));
    await takeReleasedName(uniqueName("lobby"), bob.name);
    await expectTaken(uniqueName("lobby"), bob);
  }, 60_000);
});
