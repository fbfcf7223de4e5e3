// The README's page for apps: its lines sign a token, and the server takes it.
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
import { connect } from "../conformance/client.ts";
import { fresh } from "../conformance/people.ts";
import { ISSUER, SECRET } from "../http/app.ts";
import { attackable } from "./server.ts";

attackable({ JWT_AUDIENCE: "", JWKS_URL: "" });

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The lines as they stand in the README, loaded as a module. */
async function page(): Promise<{ chatToken(user: object): Promise<string> }> {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, section = ""] = readme.split("\n## Your app's users\n");
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(section) ?? [];
  // Below the root, where it finds the package that it imports.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist/readme-"));
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
  const { chatToken } = await page();
  const name = fresh("ann");
  const token = await chatToken({ id: "42", name });
  const inside = await connect(fresh("team-7"));
  inside.send({ type: "join", token });
  const welcome = await inside.next("welcome");
  expect(welcome.username).toBe(name);
  const hour = 3_600_000;
  expect(welcome.expires).toBeLessThanOrEqual(Date.now() + hour);
  expect(welcome.expires).toBeGreaterThan(Date.now() + hour / 2);
  const outside = await connect(fresh("team-8"));
  outside.send({ type: "join", token });
  await outside.next("error", { code: "forbidden" });
});

test("the page names the issuer that the server is told", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain(`--var JWT_ISSUER:${ISSUER}`);
  expect(readme).toContain(`.setIssuer("${ISSUER}")`);
});
