// Attack target: starts a server with an app on the project's host, for tests that attack it.
import { createServer } from "node:http";
import { exportJWK, type JWK } from "jose";
import { afterAll, beforeAll } from "vitest";
import type { SettingName } from "../../../src/protocol/settings.ts";
import {
  createKeyPair,
  ISSUER,
  type KeyPair,
  SECRET,
} from "../../http/support/jwt-app.ts";

type Settings = { readonly [Name in SettingName]?: number | string };

interface Running {
  readonly url: string;
  /** Everything that the server has printed. */
  logs(): string;
  stop(): Promise<unknown>;
}

export interface AttackTarget {
  readonly url: string;
  logs(): string;
  /** The app's keys by algorithm. The app publishes the current ones. */
  readonly keys: Map<string, KeyPair>;
}

/** The admin secret of the server. */
export const ADMIN = "only-these-tests-have-this-secret";

/** All clients have one address, and a name is free again soon. */
const usual = {
  CONNECTS_PER_MINUTE: 0,
  GUEST_CLAIM_SECONDS: 2,
  PRESENCE_GRACE_MS: 300,
  RATE_PER_SECOND: 0,
};

/**
 * Starts before the first test of a file and stops after the last one.
 *
 * @param isBehindProxy clients have the addresses of `X-Forwarded-For` on Deno;
 *   on Cloudflare the platform has its own header
 */
export function startAttackTarget(
  settings: Settings = {},
  { isBehindProxy = false } = {},
): AttackTarget {
  const keys = new Map<string, KeyPair>();
  let running: Running | undefined;
  const published = createServer(async (_, response) => {
    const jwks = await Promise.all([...keys.values()].map(jwkOf));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ keys: jwks }));
  });
  beforeAll(async () => {
    for (const alg of ["RS256", "ES256", "EdDSA"])
      keys.set(alg, await createKeyPair(alg));
    await new Promise<void>((resolve) =>
      published.listen(0, "127.0.0.1", resolve),
    );
    const address = published.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const all = {
      ...usual,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: "chat",
      JWT_SECRET: SECRET,
      JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      ...settings,
    };
    running = await start(all, isBehindProxy);
    // The clients of test/conformance look for the URL here.
    process.env.EDGE_CHAT_URL = running.url;
  });
  afterAll(async () => {
    await running?.stop();
    published.close();
  });
  return {
    keys,
    get url() {
      return started(running).url;
    },
    logs: () => started(running).logs(),
  };
}

function started(running: Running | undefined): Running {
  if (running === undefined) throw new Error("The server is not up.");
  return running;
}

/** Loads the wanted host only: the other one may not be installed. */
async function start(
  settings: Settings,
  isBehindProxy: boolean,
): Promise<Running> {
  if (process.env.EDGE_CHAT_HOST === "deno") {
    const { startDeno } = await import("../../hosts/deno.ts");
    const env = {
      ADMIN_SECRET: ADMIN,
      ...(isBehindProxy && { ADDRESS_HEADER: "X-Forwarded-For" }),
    };
    const { url, printed, stop } = await startDeno({ settings, env });
    return { url, logs: () => printed.join("\n"), stop };
  }
  const { startCloudflare } = await import("../../hosts/cloudflare.ts");
  const { url, harness } = await startCloudflare({
    ...settings,
    ADMIN_SECRET: ADMIN,
  });
  return {
    url,
    logs: () =>
      harness
        .getLogs()
        .map(({ message }) => message)
        .join("\n"),
    stop: () => harness.close(),
  };
}

async function jwkOf({ publicKey, kid, alg }: KeyPair): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), kid, alg };
}
