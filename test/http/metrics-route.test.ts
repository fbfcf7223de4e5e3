// Metrics route: an operator's Prometheus gets the metrics by its own secret or the admin's, and nobody else does.
import { describe, expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/settings.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

const ADMIN = "the-secret-of-the-admin";
const METRICS = "the-secret-of-prometheus";

/** @param secrets of the server; null: it has none */
function appOf(
  secrets: { adminSecret: string | null; metricsSecret: string | null },
  more: Partial<Backend> = { metrics: () => "# EOF\n" },
) {
  const settings = DEFAULT_SETTINGS;
  const backend: Backend = {
    ...NO_OBJECTS,
    socketIo: async () => new Response(),
    connect: async () => new Response(),
    ask: async () => ({ type: "done" }),
    file: async () => null,
    storageProblem: () => null,
    source: () => ({
      ...{ address: "192.0.2.1", isDirect: false },
      mayConnect: async () => true,
    }),
    ...more,
  };
  const counted: number[] = [];
  const appTokens = createAppTokens(settings);
  const access = new Access({ settings, appTokens, ...secrets });
  const app = createApp({
    backend: () => backend,
    access: () => access,
    countResponse: (_, status) => void counted.push(status),
  });
  const ask = (secret?: string, path = "/metrics") =>
    app.request(`http://chat.example${path}`, {
      headers:
        secret === undefined ? {} : { Authorization: `Bearer ${secret}` },
    });
  return { ask, counted };
}

describe("GET /metrics", () => {
  const both = { adminSecret: ADMIN, metricsSecret: METRICS };

  test.for([METRICS, ADMIN])(
    "Prometheus reads the metrics by the secret %s",
    async (secret) => {
      const response = await appOf(both).ask(secret);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("# EOF\n");
      const { headers } = response;
      expect(headers.get("Content-Type")).toBe(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
      );
      expect(headers.get("Cache-Control")).toBe("no-store");
    },
  );

  test("nobody reads them without a secret, and a guesser has to wait", async () => {
    const { ask } = appOf(both);
    expect((await ask()).status).toBe(401);
    for (let n = 0; n < 10; n++)
      expect((await ask(`a-guess-of-somebody-${n}`)).status).toBe(401);
    expect((await ask(METRICS)).status).toBe(429);
  });

  test("the secret for metrics does not open the admin", async () => {
    const { ask } = appOf(both);
    expect((await ask(METRICS, "/admin/keys")).status).toBe(401);
  });

  test("a server without any secret has no metrics, nor has a host without them", async () => {
    const none = { adminSecret: null, metricsSecret: null };
    expect((await appOf(none).ask(METRICS)).status).toBe(404);
    expect((await appOf(both, {}).ask(METRICS)).status).toBe(404);
  });
});

test("an operator reads how many requests got which status", async () => {
  const { ask, counted } = appOf({ adminSecret: null, metricsSecret: null });
  await ask(undefined, "/health");
  await ask(undefined, "/nothing/here");
  expect(counted).toEqual([200, 404]);
});
