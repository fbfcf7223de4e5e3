// Origins: pages of allowed origins may use the server, and the others get a reason.
import { describe, expect, test } from "vitest";
import { isAllowedOrigin, originRefusal } from "../../src/http/origins.ts";

const OFF = { ORIGINS: [], ORIGIN_REQUIRED: "off" } as const;
const listed = (...ORIGINS: string[]) => ({ ...OFF, ORIGINS });

describe("a page is admitted", () => {
  test.for([
    [
      "of the server",
      "https://chat.example",
      "https://chat.example/rooms/lobby",
    ],
    [
      "of the server behind TLS",
      "https://chat.example",
      "http://chat.example/",
    ],
    [
      "with its port",
      "https://chat.example:8443",
      "https://chat.example:8443/",
    ],
    [
      "with the port implied",
      "https://chat.example",
      "http://chat.example:443/",
    ],
    ["of this machine", "http://localhost:5173", "http://localhost:8787/"],
    ["by number", "http://127.0.0.1:3000", "http://localhost:8787/"],
    ["by IPv6", "http://[::1]:3000", "http://127.0.0.1:8787/"],
    ["by a name below", "http://app.localhost:3000", "http://localhost:8787/"],
  ] as const)(
    "a user's page is admitted if it is one %s",
    ([, origin, url]) => {
      expect(isAllowedOrigin(OFF, origin, url)).toBe(true);
    },
  );

  test.for([
    ["https://app.example", "https://app.example"],
    ["https://app.example", "https://APP.example"],
    ["https://a.app.example", "https://*.app.example"],
    ["https://a.b.app.example", "https://*.app.example"],
    ["capacitor://localhost", "capacitor://localhost"],
    ["null", "null"],
    ["https://any.example", "*"],
    ["null", "*"],
  ] as const)(
    "a user's page is admitted from %s where %s is listed",
    ([origin, entry]) => {
      const rules = listed("https://other.example", entry);
      expect(isAllowedOrigin(rules, origin, "https://chat.example/")).toBe(
        true,
      );
    },
  );
});

describe("a page is not admitted", () => {
  test.for([
    ["of another site", "https://evil.example"],
    ["of a site whose name goes on", "https://chat.example.evil.example"],
    ["of a site whose name ends so", "https://evilchat.example"],
    ["on another port", "https://chat.example:8443"],
    ["of this machine", "http://localhost:8787"],
    ["in a sandbox", "null"],
    ["with a user", "https://chat.example@evil.example"],
    ["of an app's shell", "capacitor://chat.example"],
    ["of an extension", "chrome-extension://chat.example"],
    ["that says nonsense", "chat.example"],
    ["that says nothing", ""],
  ] as const)("a user's page is not admitted if it is one %s", ([, origin]) => {
    expect(isAllowedOrigin(OFF, origin, "https://chat.example/")).toBe(false);
  });

  test.for([
    ["https://app.example", "https://*.app.example"],
    ["https://evilapp.example", "https://*.app.example"],
    ["http://a.app.example", "https://*.app.example"],
    ["http://app.example", "https://app.example"],
    ["https://app.example:444", "https://app.example"],
  ] as const)(
    "a user's page is not admitted from %s where %s is listed",
    ([origin, entry]) => {
      const url = "https://chat.example/";
      expect(isAllowedOrigin(listed(entry), origin, url)).toBe(false);
    },
  );

  test("a user's page of the net is not admitted by a server of this machine", () => {
    const url = "http://localhost:8787/";
    for (const origin of [
      "https://evil.example",
      "http://localhost.evil.example",
    ])
      expect(isAllowedOrigin(OFF, origin, url)).toBe(false);
  });
});

describe("what is said", () => {
  const ask = (headers: Record<string, string>) =>
    new Request("https://chat.example/rooms/lobby", { headers });
  const required = { ...OFF, ORIGIN_REQUIRED: "on" } as const;

  test("the refusal that a user's page gets names the page and the setting", () => {
    const refusal = originRefusal(OFF, ask({ Origin: "https://evil.example" }));
    expect(refusal).toMatch(/https:\/\/evil\.example .* ORIGINS /);
  });

  test("the refusal that a user's page gets has a limited length", () => {
    const Origin = `https://${"a".repeat(5000)}.example`;
    expect(originRefusal(OFF, ask({ Origin }))?.length).toBeLessThan(250);
  });

  test("a user without an origin is refused only if an origin is required", () => {
    expect(originRefusal(OFF, ask({}))).toBeNull();
    expect(originRefusal(required, ask({}))).toMatch(/ORIGIN_REQUIRED/);
    const own = ask({ "Sec-Fetch-Site": "same-origin" });
    expect(originRefusal(required, own)).toBeNull();
    const other = ask({ "Sec-Fetch-Site": "cross-site" });
    expect(originRefusal(required, other)).toMatch(/ORIGIN_REQUIRED/);
  });
});
