// OpenAPI tests: the document has every request of the server, is the one of the schemas, and passes a linter.
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { openApiDocument } from "../tools/generate-openapi.ts";
import { OPERATIONS } from "../tools/openapi.ts";

test("a developer finds the document as the schemas of this release make it", () => {
  const file = new URL("../../docs/protocol/openapi.json", import.meta.url);
  const found = JSON.parse(readFileSync(file, "utf8"));
  expect(found).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test("the document passes the recommended rules of a linter", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const source = JSON.stringify(openApiDocument());
  const problems = await lintFromString({ source, config });
  expect(
    problems.map(({ ruleId, message, location }) => [
      ...[ruleId, message, location[0]?.pointer],
    ]),
  ).toEqual([]);
});

/** The page, and the transports of Socket.IO, which are no requests of programs. */
const OTHERS = ["/", "/index.html"];

test("a developer finds every request of the server in the document", () => {
  const app = createApp({
    backend: () => ({}) as Backend,
    access: () => new Access(readChatConfig({})),
  });
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && !OTHERS.includes(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path}`);
  const described = Object.values(OPERATIONS).map(
    ({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
  );
  const named = (route: string) => route.replace(/:\w+/g, ":");
  expect(new Set(described.map(named))).toEqual(new Set(served.map(named)));
});
