// JWKS: a response that is too large, has too many keys or redirects is refused.
import { exportJWK } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import { createJwks, JwksUnavailable } from "../../src/http/jwks.ts";
import { createKeyPair } from "./support/jwt-app.ts";

const header = { alg: "ES256", kid: "ES256" };
let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(console, "log").mockImplementation((line) => {
    logged.push(line);
  });
  return () => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  };
});

/** Keys from a URL with these responses. It records its requests. */
function keysFrom(answer: () => string | Response) {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(init);
    const response = answer();
    return typeof response === "string" ? new Response(response) : response;
  });
  const keys = createJwks(new URL("https://app.example/jwks"));
  return { keys, asked };
}

async function jwk() {
  const { publicKey, kid, alg } = await createKeyPair("ES256");
  return { ...(await exportJWK(publicKey)), kid, alg };
}

test("an app may have as many keys for its users as the limit says", async () => {
  const key = await jwk();
  const others = Array.from({ length: 99 }, (_, i) => ({
    ...key,
    kid: `${i}`,
  }));
  const { keys } = keysFrom(() => JSON.stringify({ keys: [...others, key] }));
  expect(await keys(header)).toHaveProperty("type", "public");
  expect(logged).toEqual([]);
});

test("an app with more keys for its users than the limit is refused", async () => {
  const key = await jwk();
  const all = JSON.stringify({ keys: Array(101).fill(key) });
  const { keys } = keysFrom(() => all);
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  expect(logged).toEqual(['{"event":"no keys","problem":"too many keys"}']);
});

test("an answer with keys that has no end is left, and users cause no other request at once", async () => {
  let chunks = 0;
  let isLeft = false;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
      cancel() {
        isLeft = true;
      },
    });
  const { keys, asked } = keysFrom(() => new Response(endless()));
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  expect(asked).toHaveLength(1);
  // 256 KiB are four chunks; a stream prepares one more.
  expect(chunks).toBeLessThanOrEqual(6);
  expect(isLeft).toBe(true);
  expect(logged).toEqual(['{"event":"no keys","problem":"too large"}']);
});

test("an answer with good keys of users that is one byte too large is refused", async () => {
  const text = JSON.stringify({ keys: [await jwk()] });
  const fits = keysFrom(() => text.padEnd(256 * 1024));
  expect(await fits.keys(header)).toHaveProperty("type", "public");
  const tooLarge = keysFrom(() => text.padEnd(256 * 1024 + 1));
  await expect(tooLarge.keys(header)).rejects.toThrow(JwksUnavailable);
});

test("a redirect to users' keys is not followed", async () => {
  const headers = { Location: "https://evil.example/jwks" };
  const redirect = () => new Response(null, { status: 302, headers });
  const { keys, asked } = keysFrom(redirect);
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  expect(asked.map((init) => init.redirect)).toEqual(["manual"]);
  expect(logged).toEqual(['{"event":"no keys","status":302}']);
});

test("an answer with users' keys that takes too long is given up", async () => {
  const { keys, asked } = keysFrom(() => "{}");
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  expect(asked[0]?.signal).toBeInstanceOf(AbortSignal);
});

test.for([
  ["nothing", ""],
  ["no JSON", "<html>"],
  ["no keys", "{}"],
  ["keys that are no list", '{"keys":{}}'],
  ["keys that are no objects", '{"keys":[1]}'],
] as const)("%s is no answer with users' keys", async ([, text]) => {
  const { keys } = keysFrom(() => text);
  await expect(keys(header)).rejects.toThrow(JwksUnavailable);
  expect(logged).toEqual(['{"event":"no keys","problem":"not a set of keys"}']);
});
