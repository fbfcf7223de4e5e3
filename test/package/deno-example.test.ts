// Deno example: a site of one's own serves the chat below its path, and its hook decides who may join.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { startDeno } from "../hosts/deno.ts";
import { appFolder } from "./app-folder.ts";

const source = join(import.meta.dirname, "../../examples/deno");

test("people talk at the Deno example, except in the room that its hook closes", async () => {
  const folder = appFolder("deno-example", source, ["hono"]);
  const data = join(folder, "data");
  const command = `--no-lock --allow-net --allow-read --allow-write=${data} --allow-env ${folder}/main.ts ${data} 0`;
  const server = await startDeno({ data, command });
  onTestFinished(async () => void (await server.stop()));
  expect(await (await fetch(server.url)).text()).toContain('href="chat/"');
  const page = await fetch(`${server.url}/chat/`);
  expect(await page.text()).toContain("<!doctype html>");
  const storage = memoryStorage();
  const enter = (room: string) => {
    const joined = connect(`${server.url}/chat`, {
      ...{ room, storage, username: "ann" },
    });
    onTestFinished(() => joined.client.close());
    return joined;
  };
  expect(await enter("lobby").send("hi")).toMatchObject({ seq: 1 });
  await expect(enter("closed").ready()).rejects.toMatchObject({
    ...{ code: "forbidden", message: "It is closed." },
  });
  await expect.poll(() => server.printed).toContain("ann asks to join closed");
});
