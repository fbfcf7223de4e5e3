// Deployed bundle: it accepts the names of its routes, where a local server refuses unknown names.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("an operator's deployed bundle knows that it is deployed", () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-deploy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { NODE_ENV: _, ...env } = process.env;
  execFileSync(
    process.execPath,
    [
      "node_modules/wrangler/bin/wrangler.js",
      ...["deploy", "--dry-run", "--outdir", folder],
    ],
    { env: { ...env, WRANGLER_SEND_METRICS: "false" }, stdio: "pipe" },
  );
  const bundle = readFileSync(join(folder, "worker.js"), "utf8");
  expect(bundle).toMatch(
    /var isDeployed = true;|"production" === "production"/,
  );
});
