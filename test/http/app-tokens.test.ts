// App tokens: valid tokens are accepted, and each kind of forged token is refused.
import { afterEach, describe, expect, test, vi } from "vitest";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import {
  DEFAULT_SETTINGS,
  type Settings,
  SettingsError,
} from "../../src/protocol/settings.ts";
import {
  createKeyPair,
  forgeToken,
  ISSUER,
  JWKS_URL,
  publicKeyPem,
  publishKeys,
  SECRET,
  signToken,
  tokenClaims,
} from "./support/jwt-app.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function tokens(settings: Partial<Settings> = {}) {
  return createAppTokens({
    ...DEFAULT_SETTINGS,
    JWT_ISSUER: ISSUER,
    ...settings,
  });
}
const bySecret = () => tokens({ JWT_SECRET: SECRET });
const byKeys = () => tokens({ JWKS_URL });

const unauthorized = { type: "refused", code: "unauthorized" };

describe("a token that is taken", () => {
  test("a token says who the user is, where they may go, and until when", async () => {
    const claims = tokenClaims({ rooms: ["team-*"] });
    expect(await bySecret().verify(await signToken(claims))).toEqual({
      type: "verified",
      issuer: ISSUER,
      subject: "1",
      username: "alice",
      rooms: ["team-*"],
      expires: claims.exp * 1000,
    });
  });

  test.for([[{ plan: "pro" }], ["Ann"], [0], [null], [[1, [2]]]])(
    "a token has the data %j of the user",
    async ([data]) => {
      const token = await signToken(tokenClaims({ data }));
      expect(await bySecret().verify(token)).toHaveProperty("data", data);
    },
  );

  test("the token of a user may leave out all but the issuer and the subject", async () => {
    const token = await signToken({ iss: ISSUER, sub: "alice" });
    expect(await bySecret().verify(token)).toMatchObject({
      username: "alice",
      rooms: null,
      expires: null,
    });
  });

  test.for(["RS256", "ES256", "EdDSA"])(
    "the token of a user may be signed with %s",
    async (alg) => {
      const key = await createKeyPair(alg);
      publishKeys([await createKeyPair("ES256", "another"), key]);
      const verified = await byKeys().verify(
        await signToken(tokenClaims(), key),
      );
      expect(verified).toMatchObject({ username: "alice" });
    },
  );

  test("the token of a user may be signed with one of several keys without a name", async () => {
    const keys = [
      await createKeyPair("ES256", "1"),
      await createKeyPair("ES256", "2"),
    ];
    publishKeys(keys, false);
    for (const key of keys) {
      const token = await signToken(tokenClaims(), key, null);
      expect(await byKeys().verify(token)).toMatchObject({ subject: "1" });
    }
    const other = await signToken(
      tokenClaims(),
      await createKeyPair("ES256"),
      null,
    );
    expect(await byKeys().verify(other)).toMatchObject(unauthorized);
  });

  test("the token of a user may be for several servers, this one among them", async () => {
    const forUs = tokens({ JWT_SECRET: SECRET, JWT_AUDIENCE: "chat" });
    const token = await signToken(tokenClaims({ aud: ["shop", "chat"] }));
    expect(await forUs.verify(token)).toMatchObject({ type: "verified" });
  });

  test("the token of a user may come from an app whose clock is a little ahead", async () => {
    const soon = Math.floor(Date.now() / 1000) + 3;
    const token = await signToken(tokenClaims({ nbf: soon, iat: soon }));
    expect(await bySecret().verify(token)).toMatchObject({ type: "verified" });
  });
});

test("the token of a user may end within a second, or at the end of the year 9999", async () => {
  const half = Math.floor(Date.now() / 1000) + 3600.0005;
  for (const exp of [half, 253_402_300_799]) {
    const verified = await bySecret().verify(
      await signToken(tokenClaims({ exp })),
    );
    expect(verified).toMatchObject({ expires: Math.floor(exp * 1000) });
  }
});

describe("a token that is refused", () => {
  const long = 3600;
  const now = Math.floor(Date.now() / 1000);

  test.for([
    ["is over", { exp: now - long }, /expired/],
    ["has not begun", { nbf: now + long }, /nbf/],
    ["is another issuer's", { iss: "https://other.example" }, /iss/],
    ["has no issuer", { iss: undefined }, /iss/],
    ["has no subject", { sub: undefined }, /sub/],
    ["has an empty subject", { sub: "" }, /sub/],
    ["has half a character for a subject", { sub: "\ud800" }, /sub/],
    ["has a number for a name", { username: 7 }, /username/],
    ["has rooms that are no list", { rooms: { lobby: true } }, /rooms/],
    ["ends at a word", { exp: "never" }, /exp/],
    ["ends at a time in milliseconds", { exp: now * 1000 }, /exp.*seconds/],
    ["ends at a time in microseconds", { exp: now * 1e6 }, /exp.*seconds/],
    ["ends beyond 2^53", { exp: 2 ** 60 }, /exp.*seconds/],
    ["ends beyond all dates", { exp: 1e300 }, /exp.*seconds/],
    ["ends before 1970", { exp: -1e300 }, /expired/],
  ] as const)(
    "a token of a user is refused if it %s",
    async ([, claims, why]) => {
      const token = await signToken(tokenClaims(claims));
      expect(await bySecret().verify(token)).toMatchObject({
        ...unauthorized,
        message: expect.stringMatching(why),
      });
    },
  );

  test("a token for another server, or for none, is refused to its user", async () => {
    const forUs = tokens({ JWT_SECRET: SECRET, JWT_AUDIENCE: "chat" });
    for (const aud of ["shop", ["shop"], undefined, ""]) {
      const token = await signToken(tokenClaims({ aud }));
      expect(await forUs.verify(token)).toMatchObject({
        ...unauthorized,
        message: expect.stringMatching(/aud/),
      });
    }
  });

  test("a token of a user that was signed with another secret, or not at all, is refused", async () => {
    const good = await signToken(tokenClaims());
    for (const token of [
      await signToken(tokenClaims(), `${SECRET}x`),
      good.replace(/[^.]+$/, ""),
      forgeToken({ alg: "none" }, tokenClaims(), null),
      forgeToken({ alg: "None" }, tokenClaims(), null),
      forgeToken({ alg: "HS256" }, tokenClaims(), ""),
      forgeToken({ alg: "HS512" }, tokenClaims(), SECRET),
      forgeToken(
        { alg: "HS256", crit: ["b64"], b64: false },
        tokenClaims(),
        SECRET,
      ),
    ])
      expect(await bySecret().verify(token)).toMatchObject(unauthorized);
  });

  test("a token of a user whose claims were changed after the signature is refused", async () => {
    const [header, , signature] = (await signToken(tokenClaims())).split(".");
    const [, claims] = forgeToken({}, tokenClaims({ sub: "2" }), null).split(
      ".",
    );
    const token = `${header}.${claims}.${signature}`;
    expect(await bySecret().verify(token)).toMatchObject(unauthorized);
  });

  test("a token of a user that was signed with the public key as a secret is refused", async () => {
    const key = await createKeyPair("RS256");
    publishKeys([key]);
    const text = await publicKeyPem(key);
    for (const secret of [text, text.trim(), `${text}\n`])
      for (const alg of ["HS256", "RS256"]) {
        const token = forgeToken({ alg, kid: key.kid }, tokenClaims(), secret);
        const both = tokens({ JWKS_URL, JWT_SECRET: SECRET });
        expect(await byKeys().verify(token)).toMatchObject(unauthorized);
        expect(await both.verify(token)).toMatchObject(unauthorized);
      }
  });

  test("a token of a user that brings its own key, or names its place, is refused", async () => {
    const [key, own] = [
      await createKeyPair("ES256"),
      await createKeyPair("ES256", "own"),
    ];
    const served = publishKeys([key]);
    const [, claims, signature] = (await signToken(tokenClaims(), own)).split(
      ".",
    );
    for (const more of [
      { jwk: { kty: "EC" } },
      { jku: "https://evil.example/jwks" },
      { x5u: "https://evil.example/key" },
    ]) {
      const [header] = forgeToken(
        { alg: "ES256", kid: key.kid, ...more },
        {},
        null,
      ).split(".");
      const token = `${header}.${claims}.${signature}`;
      expect(await byKeys().verify(token)).toMatchObject(unauthorized);
    }
    expect(served.fetches).toBe(3);
  });

  test.for([
    "",
    ".",
    "..",
    "a.b.c",
    "eyJhbGciOiJIUzI1NiJ9.e30",
    "eyJhbGciOiJIUzI1NiJ9.bnVsbA.c2ln",
    "eyJhbGciOiJIUzI1NiJ9.W10.c2ln",
    `${"eyJhbGciOiJIUzI1NiJ9"}.e30.${"A".repeat(5000)}`,
  ])("a user who shows %s as a token is refused", async (token) => {
    expect(await bySecret().verify(token)).toMatchObject(unauthorized);
  });
});

describe("the keys of the app", () => {
  test("the keys for users' tokens are fetched once, and again for a new key", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const [old, fresh] = [
      await createKeyPair("ES256", "old"),
      await createKeyPair("EdDSA", "new"),
    ];
    const served = publishKeys([old]);
    const app = byKeys();
    for (let i = 0; i < 3; i++)
      await app.verify(await signToken(tokenClaims(), old));
    expect(served.fetches).toBe(1);
    served.pairs = [fresh];
    vi.setSystemTime(Date.now() + 6000);
    const verified = await app.verify(await signToken(tokenClaims(), fresh));
    expect(verified).toMatchObject({ username: "alice" });
    const late = await app.verify(await signToken(tokenClaims(), old));
    expect(late).toMatchObject(unauthorized);
  });

  test("the keys are not fetched for each token of a user that names no key of the app", async () => {
    const [key, other] = [
      await createKeyPair("ES256"),
      await createKeyPair("ES256", "other"),
    ];
    const served = publishKeys([key]);
    const app = byKeys();
    for (let i = 0; i < 10; i++)
      expect(
        await app.verify(await signToken(tokenClaims(), other)),
      ).toMatchObject(unauthorized);
    expect(served.fetches).toBe(1);
  });

  test("a user is told to come back if the keys cannot be fetched, and nothing asks in haste", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    const key = await createKeyPair("ES256");
    const served = publishKeys([key]);
    served.status = 500;
    const app = byKeys();
    for (let i = 0; i < 3; i++)
      expect(
        await app.verify(await signToken(tokenClaims(), key)),
      ).toMatchObject({
        code: "unavailable",
        retryAfter: expect.any(Number),
      });
    expect(served.fetches).toBe(1);
    served.status = 200;
    vi.setSystemTime(Date.now() + 6000);
    expect(await app.verify(await signToken(tokenClaims(), key))).toMatchObject(
      {
        type: "verified",
      },
    );
    vi.restoreAllMocks();
  });
});

describe("settings that do not fit together", () => {
  test.for([
    [{ JWT_SECRET: SECRET, JWT_ISSUER: "" }, "JWT_ISSUER"],
    [{ JWKS_URL, JWT_ISSUER: "" }, "JWT_ISSUER"],
    [{ JWT_AUDIENCE: "chat", JWT_ISSUER: "" }, "JWT_ISSUER"],
    [{ JWT_ISSUER: ISSUER }, "JWT_SECRET or JWKS_URL"],
    [{ JWT_ISSUER: "", GUESTS: "off" }, "GUESTS=off"],
    [{ JWT_ISSUER: "", ROOM_CREATION: "jwt" }, "ROOM_CREATION=jwt"],
  ] as const)(
    "an operator's settings %j for users' tokens fail the start, by name",
    ([settings, name]) => {
      expect(() => tokens(settings)).toThrow(SettingsError);
      expect(() => tokens(settings)).toThrow(name);
    },
  );

  test("no user's token is accepted without the settings", async () => {
    const none = tokens({ JWT_ISSUER: "" });
    expect(await none.verify(await signToken(tokenClaims()))).toMatchObject(
      unauthorized,
    );
  });
});
