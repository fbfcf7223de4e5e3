// A Worker that mounts the chat below a path: all of it works there, and the Worker keeps the rest.
import { beforeAll, describe, expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { checkDataSchemas, checkMountedChat } from "../hosts/mounted-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { eventually, serve } from "./support/server.ts";

const server = serve(
  { ADMIN_SECRET, TEXT_MAX: 50 },
  "test/cloudflare/support/mounting-worker.ts",
  // Otherwise the runtime answers for a file before the Worker is asked.
  { run_worker_first: true },
);

describe.for(["/chat", "/teams/blue/chat"])("a chat mounted at %s", (path) => {
  beforeAll(() => {
    process.env.EDGE_CHAT_URL = server.url + path;
  });

  checkMountedChat();
  checkDataSchemas();
});

test("a developer's argument goes before the variable of the same setting", async () => {
  process.env.EDGE_CHAT_URL = `${server.url}/chat`;
  const client = await connect(uniqueName("lobby"));
  client.send({ type: "join", username: uniqueName("alice") });
  const { limits } = await client.next("welcome");
  expect(limits).toMatchObject({ text: 100 });
});

test("a developer's wrong setting is told in the log, and nothing else is served", async () => {
  const response = await fetch(`${server.url}/wrong/config`);
  expect(response.status).toBe(503);
  const isTold = (line: object) =>
    "message" in line && /Wrong settings\. TEXT_MAX=-1/.test(`${line.message}`);
  const logs = await eventually(
    async () => server.logs(),
    (lines) => lines.some(isTold),
  );
  expect(logs).toContainEqual(
    expect.objectContaining({ event: "wrong settings" }),
  );
});
