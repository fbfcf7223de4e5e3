// Behind a proxy: the proxy has chosen the host name, but a request that bypasses it has not.
import { expect, test } from "vitest";
import { askRaw, UPGRADE_HEADERS } from "../conformance/support/http-client.ts";
import { serve } from "./support/servers.ts";

const proxy = { "X-Forwarded-For": "203.0.113.2" };

test("a user behind a proxy may use any host name, and a direct user may not", async () => {
  await serve({ env: { ADDRESS_HEADER: "X-Forwarded-For" } });
  const page = { Host: "chat.example", Origin: "https://chat.example" };
  const upgrade = { ...page, ...UPGRADE_HEADERS };
  const status = async (headers: Record<string, string>) =>
    (await askRaw("/rooms/lobby", headers)).status;
  expect(await status({ ...upgrade, ...proxy })).toBe(101);
  expect(await status(upgrade)).toBe(403);
  expect(await status({ Host: "chat.example" })).toBe(403);
  expect(await status({})).toBe(200);
});

test("a user of a server without the setting for a proxy reaches it by localhost and numbers only", async () => {
  await serve();
  const { status, text } = await askRaw("/", {
    Host: "chat.example",
    ...proxy,
  });
  expect(status).toBe(403);
  expect(text).toContain("ALLOWED_HOSTS");
});

test("a user reaches the server by the name that it listens on", async () => {
  const { url } = await serve({ args: ["--host", "localhost"] });
  expect((await fetch(url)).status).toBe(200);
});
