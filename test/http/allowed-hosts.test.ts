// Allowed hosts: the server's own names are accepted, with and without a proxy in front.
import { describe, expect, test } from "vitest";
import { hostRefusal } from "../../src/http/allowed-hosts.ts";
import { isAllowedOrigin } from "../../src/http/origins.ts";

const listed = (...ALLOWED_HOSTS: string[]) => ({ ALLOWED_HOSTS });

describe("reached directly, a server knows itself", () => {
  test.for([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "192.168.1.20",
    "203.0.113.2",
    "[::1]",
    "[2001:db8::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
  ])("a user who connects directly reaches the server as %s", (host) => {
    expect(hostRefusal(listed(), `http://${host}:8787/`, true)).toBeNull();
  });

  test.for([
    "evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "127.0.0.1.evil.example",
    "1.2.3.4.nip.io",
    "chat",
    "chat.local",
  ])(
    "a user who connects directly cannot reach the server as %s, and learns the setting",
    (host) => {
      const words = hostRefusal(listed(), `http://${host}:8787/`, true);
      expect(words).toContain(host);
      expect(words).toContain("ALLOWED_HOSTS");
    },
  );
});

describe("of names that are listed", () => {
  test.for([
    ["chat.example", "chat.example"],
    ["chat.example", "CHAT.example"],
    ["chat.example", "chat.example."],
    ["Chat.Example.", "chat.example"],
    ["*.example", "chat.example"],
    ["*.example", "a.b.example"],
    ["*", "evil.example"],
    ["chat", "chat"],
  ] as const)(
    "a server with the listed name %s is reached by users as %s, directly or not",
    ([entry, host]) => {
      const rules = listed("other.example", entry);
      for (const isDirect of [true, false])
        expect(hostRefusal(rules, `http://${host}/`, isDirect)).toBeNull();
    },
  );

  test.for([
    ["chat.example", "evil.example"],
    ["chat.example", "a.chat.example"],
    ["chat.example", "evilchat.example"],
    ["*.chat.example", "chat.example"],
    ["*.chat.example", "evilchat.example"],
  ] as const)(
    "a server with the listed name %s is not reached by users as %s, directly or not",
    ([entry, host]) => {
      for (const isDirect of [true, false])
        expect(hostRefusal(listed(entry), `http://${host}/`, isDirect)).toMatch(
          /ALLOWED_HOSTS/,
        );
    },
  );

  test("a user reaches a server with listed names by localhost and numbers too", () => {
    for (const host of ["localhost", "127.0.0.1"])
      expect(
        hostRefusal(listed("chat.example"), `http://${host}/`, true),
      ).toBeNull();
  });
});

test("a user reaches the server by the host that a route or a proxy has chosen", () => {
  expect(hostRefusal(listed(), "https://chat.example/", false)).toBeNull();
});

test("the refusal that a user gets has a limited length", () => {
  const words = hostRefusal(listed(), `http://${"a.".repeat(120)}b/`, true);
  expect(words?.length).toBeLessThan(250);
});

describe("a page of a listed name, by a proxy that asks for another one", () => {
  const OFF = { ORIGINS: [], ORIGIN_REQUIRED: "off" } as const;
  const url = "http://127.0.0.1:8787/rooms/lobby";

  test.for(["https://chat.example", "http://chat.example"])(
    "a user's page of %s is admitted by its listed name, though a proxy asks for another one",
    (origin) => {
      const rules = { ...OFF, ...listed("chat.example") };
      expect(isAllowedOrigin(rules, origin, url)).toBe(true);
    },
  );

  test.for([
    ["chat.example", "https://chat.example:8443"],
    ["chat.example", "https://evil.example"],
    ["*", "https://evil.example"],
    ["*.example", "https://evil.example"],
    ["chat.example", "capacitor://chat.example"],
  ] as const)(
    "where the name %s is listed, a user's page of %s is not admitted",
    ([entry, origin]) => {
      const rules = { ...OFF, ...listed(entry) };
      expect(isAllowedOrigin(rules, origin, url)).toBe(false);
    },
  );
});
