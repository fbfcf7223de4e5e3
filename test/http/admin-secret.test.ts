// Admin secret tests: the secrets of the operator open /admin, also while one replaces another.
import { expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

const NEW = "the-secret-of-today";
const OLD = "the-secret-of-before";

const backend: Backend = {
  socketIo: async () => new Response(),
  connect: async () => new Response(),
  ask: async () => ({ type: "refused", code: "unsupported" }),
  ...NO_OBJECTS,
  file: async () => new Response("page"),
  storageProblem: () => null,
  source: () => ({
    ...{ address: "192.0.2.1", isDirect: false },
    mayConnect: async () => true,
  }),
};

/** @returns the status for each secret: 404 is past the door */
async function statuses(given: Readonly<Record<string, string>>) {
  const access = new Access(readChatConfig(given));
  const app = createApp({ backend: () => backend, access: () => access });
  const found: number[] = [];
  for (const secret of [NEW, OLD, "a-wrong-secret-here"]) {
    const headers = { Authorization: `Bearer ${secret}` };
    const url = "http://chat.example/admin/nothing";
    const response = await app.request(url, { headers });
    found.push(response.status);
  }
  return found;
}

test("an operator who replaces the secret has two that are good, and then one", async () => {
  expect(await statuses({ ADMIN_SECRET: OLD })).toEqual([401, 404, 401]);
  const both = { ADMIN_SECRET: NEW, ADMIN_SECRET_OLD: OLD };
  expect(await statuses(both)).toEqual([404, 404, 401]);
  expect(await statuses({ ADMIN_SECRET: NEW })).toEqual([404, 401, 401]);
  const none = { ADMIN_SECRET: NEW, ADMIN_SECRET_OLD: "" };
  expect(await statuses(none)).toEqual([404, 401, 401]);
});

test("an operator reads which secret is too short, and not the secret", () => {
  const read = () => readChatConfig({ ADMIN_SECRET_OLD: "hunter2" });
  expect(read).toThrow("ADMIN_SECRET_OLD");
  expect(read).not.toThrow("hunter2");
});
