// App guide: the code of docs/guides/app.md signs a token, and the server accepts it.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { askRaw } from "../conformance/support/http-client.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { ISSUER, SECRET } from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/app.md"), "utf8");
const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(guide) ?? [];
/** The settings of the guide's command. */
const recipe = Object.fromEntries(
  [...commands.matchAll(/--var "?(\w+):([^"\s]+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
);

startAttackTarget({ JWT_AUDIENCE: "", JWKS_URL: "", ...recipe });

/** The code of the guide, loaded as a module. */
async function guideModule(): Promise<{
  chatToken(user: object): Promise<string>;
}> {
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
  // Below the root, where Node finds the package that the code imports.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist/guide-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "app.mjs");
  writeFileSync(file, code);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

test("the lines that an app needs sign a token that the server takes", async () => {
  process.env.JWT_SECRET = SECRET;
  onTestFinished(() => {
    delete process.env.JWT_SECRET;
  });
  const { chatToken } = await guideModule();
  const name = uniqueName("ann");
  const token = await chatToken({ id: "42", name });
  const inside = await connect(uniqueName("team-7"));
  inside.send({ type: "join", token });
  const welcome = await inside.next("welcome");
  expect(welcome.username).toBe(name);
  const hour = 3_600_000;
  expect(welcome.expires).toBeLessThanOrEqual(Date.now() + hour);
  expect(welcome.expires).toBeGreaterThan(Date.now() + hour / 2);
  const outside = await connect(uniqueName("team-8"));
  outside.send({ type: "join", token });
  await outside.next("error", { code: "forbidden" });
});

test("a room that the app's token opens is closed to everybody else", async () => {
  process.env.JWT_SECRET = SECRET;
  onTestFinished(() => {
    delete process.env.JWT_SECRET;
  });
  const { chatToken } = await guideModule();
  const room = uniqueName("team-7");
  const headers = {
    Authorization: `Bearer ${await chatToken({ id: "42", name: uniqueName("ann") })}`,
  };
  const inside = await connect(room, { headers });
  inside.send({ type: "join", history: 0 });
  await inside.next("welcome");
  await inside.sendMessage("only for the team");
  expect((await askRaw(`/rooms/${room}/messages`, headers)).text).toContain(
    "only for the team",
  );
  // The message must not tell whether the room exists.
  const words = new Set<string>();
  for (const name of [room, uniqueName("team-7"), uniqueName("team-8")]) {
    for (const path of [`/rooms/${name}`, `/rooms/${name}/messages`]) {
      const { status, text } = await askRaw(path, {});
      expect(status).toBe(403);
      words.add(JSON.parse(text).detail);
    }
    const guest = await connect(name, {
      query: { username: uniqueName("eve") },
    });
    const error = await guest.next("error", { code: "forbidden" });
    words.add(error.message);
    expect((await guest.closed()).code).toBe(4500);
  }
  expect(words.size).toBe(1);
});

test("guests have the rooms that are not private", async () => {
  const guest = await connect(uniqueName("lobby"), {
    query: { username: uniqueName("eve") },
  });
  await guest.next("welcome");
});

test("the guide names the issuer that the server is told", () => {
  expect(recipe).toEqual({ JWT_ISSUER: ISSUER, PRIVATE_ROOMS: "team-*" });
  expect(guide).toContain(`.setIssuer("${ISSUER}")`);
});
