// Page headers: browsers run the page's own scripts only, and embed it on allowed sites only.
import { describe, expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/settings.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

const backend: Backend = {
  socketIo: async () => new Response(),
  connect: async () => new Response(null, { status: 426 }),
  ask: async () => ({ type: "info", count: 0, seq: 0, epoch: null }),
  ...NO_OBJECTS,
  file: async () => new Response("<p>hello"),
  storageProblem: () => null,
  source: () => ({
    address: null,
    isDirect: false,
    mayConnect: async () => true,
  }),
};

async function headersOf(
  url: string,
  embedOrigins: readonly string[] = [],
  avatarOrigins: readonly string[] = [],
) {
  const settings = {
    ...DEFAULT_SETTINGS,
    EMBED_ORIGINS: embedOrigins,
    AVATAR_ORIGINS: avatarOrigins,
  };
  const appTokens = createAppTokens(settings);
  const access = new Access({ settings, appTokens, adminSecret: null });
  const app = createApp({ backend: () => backend, access: () => access });
  return (await app.request(url)).headers;
}

/** The directives of the page's Content-Security-Policy, by name. */
async function policy(
  embedOrigins?: readonly string[],
  avatarOrigins?: readonly string[],
) {
  const headers = await headersOf("/", embedOrigins, avatarOrigins);
  const text = headers.get("content-security-policy") ?? "";
  return new Map(
    text.split(/\s*;\s*/).map((directive) => {
      const [name = "", ...values] = directive.split(" ");
      return [name, values.join(" ")];
    }),
  );
}

describe("the page", () => {
  test("a user's browser runs no script and takes no style but the page's own files", async () => {
    const { script, style, rest } = await policy().then((directives) => ({
      script: directives.get("script-src"),
      style: directives.get("style-src"),
      rest: directives.get("default-src"),
    }));
    expect([script, style, rest]).toEqual(["'self'", "'self'", "'none'"]);
  });

  test("a user's browser turns no string of the page into markup", async () => {
    const directives = await policy();
    expect(directives.get("require-trusted-types-for")).toBe("'script'");
    expect(directives.get("trusted-types")).toBe("'none'");
  });

  test.for([
    [[], "'self'"],
    [["https://cdn.example"], "'self' https://cdn.example"],
    [["*"], "'self' https:"],
  ] as const)(
    "a user's browser loads pictures from the page's own server and from %j",
    async ([origins, sources]) => {
      expect((await policy([], origins)).get("img-src")).toBe(sources);
    },
  );

  test("a user's browser lets the page talk to its own server alone", async () => {
    expect((await policy()).get("connect-src")).toBe("'self'");
  });

  test("a user's browser shows the page in no frame of another site", async () => {
    expect((await policy()).get("frame-ancestors")).toBe("'self'");
  });

  test("a user's browser shows the page in frames of the sites that are listed", async () => {
    const origins = ["https://shop.example", "https://*.help.example:8443"];
    expect((await policy(origins)).get("frame-ancestors")).toBe(
      "'self' https://shop.example https://*.help.example:8443",
    );
    const headers = await headersOf("/", origins);
    expect(headers.get("x-frame-options")).toBeNull();
  });
});

test("a user's browser shows nothing but the page in a frame", async () => {
  const headers = await headersOf("/health", ["https://shop.example"]);
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
});

describe("browsers are told to use TLS", () => {
  const policyOf = async (url: string) =>
    (await headersOf(url)).get("strict-transport-security");

  test.for(["/", "/health", "/rooms/lobby", "/none"])(
    "a user's browser is told to use TLS for this host alone, at %s",
    async (path) => {
      expect(await policyOf(`https://chat.example${path}`)).toBe(
        "max-age=15552000",
      );
    },
  );

  test.for([
    "http://chat.example",
    "http://localhost:8787",
    "https://localhost:8787",
    "https://app.localhost",
    "https://127.0.0.1:8787",
    "https://[::1]:8787",
    "https://192.168.1.20",
  ])("a user's browser is never told to use TLS at %s", async (origin) => {
    for (const path of ["/", "/health", "/rooms/lobby", "/none"])
      expect(await policyOf(origin + path)).toBeNull();
  });
});
