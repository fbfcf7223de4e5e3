// Token attacks: forged tokens of the app are refused on every path, and a valid one opens nothing else.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Client, connect } from "../conformance/support/client.ts";
import { askRaw } from "../conformance/support/http-client.ts";
import { join } from "../conformance/support/members.ts";
import { person, secret, uniqueName } from "../conformance/support/people.ts";
import {
  createKeyPair,
  forgeToken,
  ISSUER,
  publicKeyPem,
  SECRET,
  signToken,
  tokenClaims,
} from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const target = startAttackTarget();
const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

/** A valid token of the app's user. */
const good = (more: Record<string, unknown> = {}) =>
  tokenClaims({ aud: "chat", ...more });

function keyOf(alg: string) {
  const key = target.keys.get(alg);
  if (key === undefined) throw new Error(`The app has no key for ${alg}.`);
  return key;
}

async function showing(
  token: string,
  room = uniqueName("lobby"),
): Promise<Client> {
  const client = await connect(room);
  client.send({ type: "join", username: "mallory", token, history: 0 });
  return client;
}

/** Joins with a token that ends soon, and later if the join takes longer. */
async function joinBriefly(seconds = 2) {
  const exp = now() + seconds;
  const claims = good({ sub: "brief", username: uniqueName("eve"), exp });
  const token = await signToken(claims);
  const client = await showing(token);
  const welcome = await client.inbox.next(
    ({ type }) => type === "welcome" || type === "error",
    "an answer",
  );
  if (welcome.type === "welcome") return { client, token, exp, welcome };
  if (now() < exp || seconds > 10) throw new Error("It is refused too early.");
  return joinBriefly(seconds * 3);
}

const attacks: [string, () => string | Promise<string>][] = [
  ["expired", () => signToken(good({ exp: now() - HOUR }))],
  ["not yet begun", () => signToken(good({ nbf: now() + HOUR }))],
  ["of another issuer", () => signToken(good({ iss: `${ISSUER}.evil` }))],
  ["for another audience", () => signToken(good({ aud: "shop" }))],
  ["for no audience", () => signToken(tokenClaims())],
  ["without a subject", () => signToken(good({ sub: undefined }))],
  ["with another secret", () => signToken(good(), `${SECRET}!`)],
  ["with no secret at all", () => forgeToken({ alg: "HS256" }, good(), "")],
  ["alg none", () => forgeToken({ alg: "none" }, good(), null)],
  ["alg nOnE", () => forgeToken({ alg: "nOnE" }, good(), null)],
  ["alg none, signed", () => forgeToken({ alg: "none" }, good(), SECRET)],
  [
    "without a signature",
    async () => (await signToken(good())).replace(/[^.]*$/, ""),
  ],
  [
    "HS256 with the public key",
    async () =>
      forgeToken(
        { alg: "HS256", kid: "RS256" },
        good(),
        await publicKeyPem(keyOf("RS256")),
      ),
  ],
  [
    "RS256 that is HS256 with the public key",
    async () =>
      forgeToken(
        { alg: "RS256", kid: "RS256" },
        good(),
        await publicKeyPem(keyOf("RS256")),
      ),
  ],
  [
    "with a key that is not the app's",
    async () => signToken(good(), await createKeyPair("ES256", "mine")),
  ],
  [
    "with another key under the app's kid",
    async () => signToken(good(), await createKeyPair("ES256")),
  ],
  [
    "that says where its key is",
    () =>
      forgeToken({ alg: "RS256", jku: `${target.url}/jwks` }, good(), SECRET),
  ],
  ["cut off", async () => (await signToken(good())).slice(0, -10)],
  ["in two parts", () => "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0"],
  ["encrypted", () => "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXY.eA.dGFn"],
];

describe("a token that is", () => {
  test.for(attacks)("nobody gets in by a bad token (%s)", async ([, make]) => {
    const token = await make();
    const byFrame = await showing(token);
    await byFrame.next("error", { code: "unauthorized" });
    const headers = { Authorization: `Bearer ${token}` };
    const room = uniqueName("lobby");
    for (const path of [`/rooms/${room}`, `/rooms/${room}/messages`])
      expect((await askRaw(path, headers)).status).toBe(401);
  });

  // All at once, since the local runtime ends each connection slowly.
  test("a bad token in the header closes the connection of its user", async () => {
    const codes = attacks.map(async ([what, make]) => {
      const headers = { Authorization: `Bearer ${await make()}` };
      const client = await connect(uniqueName("lobby"), { headers });
      await client.next("error", { code: "unauthorized" });
      return [what, (await client.closed()).code];
    });
    const all = attacks.map(([what]) => [what, 4506]);
    expect(await Promise.all(codes)).toEqual(all);
  });
});

describe("a user of the app", () => {
  test.for(["HS256", "RS256", "ES256", "EdDSA"])(
    "a user of the app gets in by %s, in the frame and in the header, as one user",
    async (alg) => {
      const key = alg === "HS256" ? SECRET : keyOf(alg);
      const token = await signToken(
        good({ sub: alg, username: uniqueName("ann") }),
        key,
      );
      const byFrame = await (await showing(token)).next("welcome");
      expect(byFrame.username).toMatch(/^ann-/);
      expect(byFrame).not.toHaveProperty("token");
      const byHeader = await connect(uniqueName("lobby"), {
        headers: { Authorization: `Bearer ${token}` },
      });
      byHeader.send({ type: "join", history: 0 });
      expect((await byHeader.next("welcome")).user).toBe(byFrame.user);
    },
  );

  test("a user of the app gets in by a key that the app has rotated", async () => {
    const before = keyOf("ES256");
    await (await showing(await signToken(good(), before))).next("welcome");
    const after = await createKeyPair("ES256", "rolled");
    target.keys.set("ES256", after);
    // The server fetches the keys at most every five seconds.
    const tryIt = async () => {
      const client = await showing(await signToken(good(), after));
      const answer = await client.inbox.next(
        ({ type }) => type === "welcome" || type === "error",
        "an answer",
      );
      return answer.type;
    };
    await expect
      .poll(tryIt, { timeout: 15_000, interval: 500 })
      .toBe("welcome");
    target.keys.set("ES256", before);
  });

  test("a user of the app is nobody whom a guest could be, with any secret", async () => {
    const token = await signToken(
      good({ sub: "victim", username: uniqueName("vic") }),
    );
    const { user } = await (await showing(token)).next("welcome");
    const identity = `app ${ISSUER.length} ${ISSUER} victim`;
    const hash = createHash("sha256").update(identity).digest("base64url");
    expect(user).toBe(hash.slice(0, 16));
    // The identity, a hash of the secret, is not accepted as a secret.
    await (await showing(identity)).next("error", { code: "unauthorized" });
    const guest = await showing(hash);
    expect((await guest.next("welcome")).user).not.toBe(user);
  });

  test("a user of the app is another than one whose issuer and subject run together", async () => {
    const users = await Promise.all(
      ["1 2", "12", "1", " 1", "1 "].map(async (sub) => {
        const token = await signToken(
          good({ sub, username: uniqueName("sub") }),
        );
        return (await (await showing(token)).next("welcome")).user;
      }),
    );
    expect(new Set(users).size).toBe(users.length);
  });

  test("a user of the app has the name that the app gives, and no other", async () => {
    const username = uniqueName("ann");
    const token = await signToken(good({ username }));
    const room = uniqueName("lobby");
    const client = await connect(room, {
      query: { username: "boss" },
      headers: { Authorization: `Bearer ${token}` },
    });
    expect((await client.next("welcome")).username).toBe(username);
  });

  test("a user of the app whose name is another's gets a suffix, and both stay", async () => {
    const room = uniqueName("lobby");
    const username = uniqueName("pat");
    const [one, two] = await Promise.all(
      ["p1", "p2"].map(async (sub) =>
        showing(await signToken(good({ sub, username })), room),
      ),
    );
    const names = [
      (await one?.next("welcome"))?.username,
      (await two?.next("welcome"))?.username,
    ].sort((a = "", b = "") => a.length - b.length);
    expect(names[0]).toBe(username);
    expect(names[1]).toMatch(new RegExp(`^${username}.+`));
    expect([one?.isOpen, two?.isOpen]).toEqual([true, true]);
  });

  test("a user of the app joins the rooms of the token, and no others", async () => {
    const username = uniqueName("ann");
    const token = await signToken(good({ username, rooms: ["team-*"] }));
    await (await showing(token, uniqueName("team"))).next("welcome");
    const elsewhere = uniqueName("board");
    await (await showing(token, elsewhere)).next("error", {
      code: "forbidden",
    });
    const headers = { Authorization: `Bearer ${token}` };
    const byHeader = await connect(elsewhere, { headers });
    await byHeader.next("error", { code: "forbidden" });
    expect((await byHeader.closed()).code).toBe(4500);
    const read = await askRaw(`/rooms/${elsewhere}/messages`, headers);
    expect(read.status).toBe(403);
  });

  test("a user of the app is closed when the token ends", async () => {
    const { client, token, exp, welcome } = await joinBriefly();
    expect(welcome.expires).toBe(exp * 1000);
    await client.next("error", { code: "unauthorized" }, 20_000);
    expect((await client.closed()).code).toBe(4506);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    await (await showing(token)).next("error", { code: "unauthorized" });
  });

  test("a user of the app cannot look like a guest, nor a guest like them", async () => {
    const token = await signToken(good({ username: "GUEST-bob" }));
    await (await showing(token)).next("error", { code: "bad_username" });
    const who = person("bob");
    const { welcome } = await join(uniqueName("lobby"), who);
    expect(welcome.username).toBe(`guest-${who.name}`);
  });
});

describe("headers that say who one is", () => {
  test.for([
    "X-User",
    "X-Username",
    "X-Identity",
    "X-Forwarded-User",
    "Cf-Access-Authenticated-User-Email",
    "CF-Connecting-IP",
    "X-Forwarded-For",
    "Cookie",
  ])("a user who sends the header %s is not believed", async (name) => {
    const room = uniqueName("lobby");
    const who = { name: uniqueName("bob"), token: secret() };
    const first = await join(room, who);
    const headers = { [name]: `${who.name}=${first.welcome.user}` };
    const client = await connect(room, { headers });
    client.send({ type: "join", username: who.name, token: secret() });
    await client.next("error", { code: "username_taken" });
    expect(first.isOpen).toBe(true);
  });
});

test("an operator is warned at the start that guests can enter what tokens open", async () => {
  const warning = /"event":"warning".*JWT_ISSUER.*PRIVATE_ROOMS/;
  await expect.poll(() => target.logs()).toMatch(warning);
});

test("no token, secret, name or text of a user is in the log", async () => {
  const who = { name: uniqueName("bob"), token: secret() };
  const room = uniqueName("lobby");
  const bob = await join(room, who);
  const text = uniqueName("a-word-that-nobody-else-says");
  await bob.sendMessage(text);
  const token = await signToken(good({ username: uniqueName("ann"), exp: 1 }));
  const refused = await showing(token, room);
  await refused.next("error", { code: "unauthorized" });
  const byHeader = await connect(room, {
    query: { username: "boss" },
    headers: { Authorization: `Bearer ${token}` },
  });
  const inUrl = await connect(room, { query: { token } });
  await inUrl.next("error", { code: "bad_request" });
  const ends = await Promise.all([byHeader.closed(), inUrl.closed()]);
  expect(ends.map(({ code }) => code)).toEqual([4506, 4500]);
  bob.drop();
  await expect.poll(() => target.logs()).toMatch(/join refused/);
  for (const hidden of [token, who.token, who.name, text, SECRET, "boss"])
    expect(target.logs()).not.toContain(hidden);
});
