// Behind a proxy: the proxy has chosen the host name, but a request that bypasses it has not.
import { expect, test } from "vitest";
import { askRaw, UPGRADE_HEADERS } from "../conformance/support/http-client.ts";
import { serve } from "./support/servers.ts";

const proxy = { "X-Forwarded-For": "203.0.113.2" };

test("any name is taken from the proxy, and none from elsewhere", async () => {
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

test("without a word of one, only localhost and numbers are known", async () => {
  await serve();
  const { status, text } = await askRaw("/", {
    Host: "chat.example",
    ...proxy,
  });
  expect(status).toBe(403);
  expect(text).toContain("ALLOWED_HOSTS");
});

test("the name that it is told to listen on is its own", async () => {
  const { url } = await serve({ args: ["--host", "localhost"] });
  expect((await fetch(url)).status).toBe(200);
});
