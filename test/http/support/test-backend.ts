// Test backend: the app with a host that a test makes, of which only some parts answer.
import { type Backend, createApp } from "../../../src/app.ts";
import type { Access } from "../../../src/http/access.ts";
import { NO_OBJECTS } from "./no-objects.ts";

const BACKEND: Backend = {
  ...NO_OBJECTS,
  connect: async () => new Response(),
  socketIo: async () => new Response(),
  ask: async () => ({ type: "info", count: 0, seq: 0, epoch: "e" }),
  file: async () => null,
  storageProblem: () => null,
  source: () => ({
    address: "192.0.2.1",
    isDirect: true,
    mayConnect: async () => true,
  }),
};

/** @param own the parts of the host that the test makes */
export function appWith(access: Access, own: Partial<Backend>) {
  const backend = { ...BACKEND, ...own };
  return createApp({ backend: () => backend, access: () => access });
}
