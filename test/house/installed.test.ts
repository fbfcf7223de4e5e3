// Missing packages: every npm script says so in one sentence, before anything else fails.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

/** npm's scripts are for Node; these tests run under Deno too. */
const isNode = !("deno" in process.versions);
const root = fileURLToPath(new URL("../..", import.meta.url));
const GUARDS = ["node -r ./tools/installed.cjs ", "node tools/installed.cjs "];
const scripts: Record<string, string> = manifest.scripts;

/** What a checkout has before `npm install`. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-checkout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of ["package.json", "tools"])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  return folder;
}

/** What the guard says in that folder, before a file that must not run. */
function guard(folder: string) {
  writeFileSync(join(folder, "script.cjs"), 'console.error("It ran.")');
  const { status, stderr } = spawnSync(
    process.execPath,
    ["-r", "./tools/installed.cjs", "script.cjs"],
    { cwd: folder, encoding: "utf8" },
  );
  return { status, stderr };
}

test.each(Object.entries(scripts))(
  "a developer who runs npm run %s before npm install is told so",
  (_, script) => {
    expect(GUARDS.some((start) => firstCommand(script).startsWith(start))).toBe(
      true,
    );
  },
);

test.runIf(isNode)(
  "a developer without npm install gets one sentence, and exit code 1",
  () => {
    expect(guard(checkout())).toEqual({
      status: 1,
      stderr: expect.stringMatching(
        /^edge-chat: run `npm install` first, for its packages are not here \(such as [^ ]+\)\.\n$/,
      ),
    });
  },
);

test.runIf(isNode)("a developer who lacks one package is told so", () => {
  const folder = checkout();
  mkdirSync(join(folder, "node_modules/hono"), { recursive: true });
  expect(guard(folder).status).toBe(1);
});

test.runIf(isNode)(
  "a developer who has installed everything gets the script",
  () => {
    expect(
      spawnSync(process.execPath, ["tools/installed.cjs"], {
        cwd: root,
        encoding: "utf8",
      }),
    ).toMatchObject({ status: 0, stdout: "", stderr: "" });
  },
);

test("a developer with an old Node can read the message", async () => {
  const code = readFileSync(join(root, "tools/installed.cjs"), "utf8");
  const asIs = await transform(code, { target: "esnext" });
  // Nothing in it has to be rewritten.
  expect((await transform(code, { target: "node18" })).code).toBe(asIs.code);
});

/** The command that a script runs first, also by way of other scripts. */
function firstCommand(script: string): string {
  const [, another] = /^npm run (\S+)/.exec(script) ?? [];
  return another === undefined ? script : firstCommand(scripts[another] ?? "");
}
