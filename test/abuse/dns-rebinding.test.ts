// DNS rebinding: a page under a foreign name that leads to this machine cannot use the server.
import { describe, expect, test } from "vitest";
import { askRaw, UPGRADE_HEADERS } from "../conformance/support/http-client.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const target = startAttackTarget();
const port = () => new URL(target.url).port;

const paths = () => [
  "/",
  `/rooms/${uniqueName("lobby")}`,
  `/rooms/${uniqueName("lobby")}/messages`,
];

describe("a page of evil.example, which leads to 127.0.0.1", () => {
  test("a page of evil.example that leads to 127.0.0.1 neither reads nor connects for a user", async () => {
    const Host = `evil.example:${port()}`;
    const page = { Host, Origin: `http://${Host}` };
    // A page that reads from its own server sends no Origin.
    for (const path of paths())
      for (const headers of [{ Host }, page, { ...page, ...UPGRADE_HEADERS }]) {
        if (path === "/" && "Upgrade" in headers) continue;
        const { status, text } = await askRaw(path, headers);
        expect(status).toBe(403);
        expect(text).toMatch(/evil\.example.*ALLOWED_HOSTS/);
      }
  });

  test("a page of evil.example does not pass for one that a proxy or Cloudflare has let in", async () => {
    const answer = await askRaw(`/rooms/${uniqueName("lobby")}`, {
      Host: "evil.example",
      "X-Forwarded-For": "203.0.113.2",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "localhost",
      "CF-Connecting-IP": "203.0.113.2",
      "CF-Ray": "1",
    });
    expect(answer.status).toBe(403);
  });
});

describe("the server's own names", () => {
  test("a user reaches the server by localhost and by numbers", async () => {
    for (const name of ["localhost", "127.0.0.1", "[::1]"])
      for (const path of paths()) {
        const { status } = await askRaw(path, { Host: `${name}:${port()}` });
        expect([name, status]).toEqual([name, 200]);
      }
  });

  test("a user reaches the server from pages of its own names, and without an origin", async () => {
    for (const name of ["localhost", "127.0.0.1"]) {
      const Host = `${name}:${port()}`;
      for (const origin of [{}, { Origin: `http://${Host}` }]) {
        const headers = { ...UPGRADE_HEADERS, Host, ...origin };
        const answer = await askRaw(`/rooms/${uniqueName("lobby")}`, headers);
        expect(answer.status).toBe(101);
      }
    }
  });
});

test("a health check reaches the server by any name", async () => {
  const { status } = await askRaw("/health", { Host: "balancer.internal" });
  expect(status).toBe(200);
});
