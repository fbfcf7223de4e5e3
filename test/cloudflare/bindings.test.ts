// Bindings: a Worker that lacks a binding tells its developer at the first request, and optional parts are off without theirs.
import { expect, test } from "vitest";
import { eventually, serve } from "./support/server.ts";

const server = serve({}, "test/cloudflare/support/mounting-worker.ts", {
  run_worker_first: true,
});

/** @returns the lines of the log that have this text, once there is one */
function linesWith(text: string) {
  const has = (line: object) => "message" in line && `${line.message}` === text;
  return eventually(
    async () => server.logs().filter(has),
    (lines) => lines.length > 0,
  );
}

test.for([
  ["ROOM", "RoomObject"],
  ["DIRECTORY", "DirectoryObject"],
  ["SERVICE", "ServiceObject"],
])(
  "a developer who forgot the binding %s is told how to add it",
  async ([binding, className]) => {
    const response = await fetch(`${server.url}/without/${binding}/config`);
    expect(response.status).toBe(500);
    const detail = `The binding ${binding} is missing: add it to wrangler.toml as [[durable_objects.bindings]] with name = "${binding}" and class_name = "${className}", add [exports.${className}] with type = "durable-object" and storage = "sqlite", and export ${className} of createChat from the Worker.`;
    expect(await response.json()).toMatchObject({ code: "internal", detail });
    expect(await linesWith(detail)).toMatchObject([{ event: "wrong setup" }]);
  },
);

test.for([
  ["ASSETS", "the page is off"],
  [
    "CONNECTS",
    "CONNECTS_PER_MINUTE counts in each isolate alone, and not for the whole location",
  ],
])(
  "a developer who left out the binding %s reads once what is off",
  async ([binding, effect]) => {
    const url = `${server.url}/without/${binding}`;
    for (let times = 0; times < 3; times++)
      expect((await fetch(`${url}/rooms/lobby`)).status).toBe(200);
    const told = `The binding ${binding} is missing: ${effect}.`;
    expect(await linesWith(told)).toMatchObject([{ event: "warning" }]);
  },
);

test("a developer without the binding ASSETS has no page and none of its files", async () => {
  for (const path of ["", "page.css", "embed.js"]) {
    const response = await fetch(`${server.url}/without/ASSETS/${path}`);
    expect(response.status).toBe(404);
  }
});
