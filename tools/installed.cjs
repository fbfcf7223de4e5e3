// Installed packages: `node -r ./tools/installed.cjs` says in one sentence what is missing. It runs on every Node.
"use strict";

const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/** The first one that runs TypeScript without a flag. */
const NODE_MIN = [22, 18];

const root = join(__dirname, "..");
const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

const names = Object.keys({
  ...read("package.json").devDependencies,
  ...read("tools/package.json").dependencies,
}).filter((name) => name !== "edge-chat-tools");
const missing = names.find(
  (name) => !existsSync(join(root, "node_modules", name)),
);

if (missing !== undefined) {
  console.error(
    `edge-chat: run \`npm install\` first, for its packages are not here (such as ${missing}).`,
  );
  process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(
    `edge-chat: run \`npm install\` again and let its scripts run, for they bring the right Node, and ${process.version} is too old.`,
  );
  process.exit(1);
}
