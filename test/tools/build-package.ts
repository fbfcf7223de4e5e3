// Package build: builds the files of the npm package into dist/, the client with its types and the terminal client.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { minify } from "terser";
import { buildServer } from "./build-server-package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
const TERMINAL = "src/cli/bin.ts";
/** The imports of our own declarations. */
const OURS = /("\.{1,2}\/[^"]+)\.ts(")/g;

/**
 * Internal names of the client, which the bundle shortens. No app, frame or
 * storage uses them; the build checks this for the types that apps see.
 */
const INTERNAL = `
  accepts account addEvent addMember addOlder adoptIfOrphaned adoptOrphans
  advance allMail beginClose callbacks canRenew carrier closedReason
  copyReceipt covers debouncedValue discardForeign emit environment
  failQueued fillMissing firstSentAt framesToSend forget hasTarget
  historyDueBefore invalidate isCaughtUp isFailed isFirstPageNext isNew
  isOverdue isPageDue isPaused isRecent joinFields keyPrefix knownUsers
  lastShown lastWrite learn idOf markConnected markFailed markSent
  markUnsent mayHaveArrived memberList missingAfter newest nextKey
  noteMissing notify onAccountFrame onAdopted onConnectionLost
  onError onEvent onFirstPage onFrame onHeartbeat onMembers onOpen onOwnCopy
  onPendingChange onRefusal onReply onReset onResult onSessionLost
  onStateChange onWelcome roomStatus storageHealth
  outbox position rejectAll removeMember setSession renew requests receive
  recordSent reconnectLater resumeFields savePosition saveState scanKeys
  secrets sendPosition sendText sendTyping sender sentAt sentBy serverUrl
  sessions setCount startAttempt startWithHistory startWithPage switchFrom
  takeChangedRooms takeRefreshDue takeReply takeRequest timeline toPage
  touch uncertainPositions unpause view viewer wasSent wake flush stored
  prepare fail attempt given accepted candidates saving isShared moveShared
  onStorageResult sequencer show items failures complete requeue
  sendDue names current session
  lastRefusal isSlow setRole onSpoken
  checkedPage isInFlight onMessage onAck content quote dropPins sendRequest mailbox replyTexts
  onRoomEvent onChanges changes lists ackedEvent reader
  olderBefore sendChange actions
`
  .trim()
  .split(/\s+/);

const shared: BuildOptions = {
  absWorkingDir: root,
  outbase: "src",
  outdir: "dist",
  bundle: true,
  format: "esm",
  logLevel: "warning",
};

/**
 * For all runtimes and bundlers: no packages, no polyfills. The parts that few
 * clients need are files of their own, which the client imports on demand.
 */
const client: BuildOptions = {
  ...shared,
  entryPoints: ["src/client/index.ts", "src/client/indexed-db.ts"],
  splitting: true,
  chunkNames: "client/[name]",
  platform: "neutral",
  target: "es2022",
  minify: true,
  // A field without a value needs no code.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  define: { "Number.POSITIVE_INFINITY": "Infinity" },
  // The names of an `Environment` too, which no app can pass.
  mangleProps: new RegExp(
    `^(uptime|onWake|probe|createSecret|description|event|events|${INTERNAL.join("|")})$`,
  ),
  // The lines of our files, without their text: the package stays small.
  ...{ sourcemap: true, sourcesContent: false },
};

/** For Node, Deno and Bun, which have `node:fs`. */
const files: BuildOptions = {
  ...client,
  entryPoints: ["src/client/node.ts"],
  splitting: false,
  // Not `uptime`: it is a function of the process too.
  mangleProps: new RegExp(`^(${INTERNAL.join("|")})$`),
  platform: "node",
  target: "node22",
};

/**
 * A small entry that each Node version can read, and the program in another
 * file.
 */
const terminal: BuildOptions = {
  ...files,
  entryPoints: { "cli/main": TERMINAL },
  splitting: true,
  chunkNames: "cli/[name]-[hash]",
  sourcemap: false,
};

for (const folder of ["client", "cli", "protocol"])
  rmSync(join(dist, folder), { recursive: true, force: true });
await Promise.all([build(client), build(files), buildServer()]);
await Promise.all(
  readdirSync(join(dist, "client"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => minifyFurther(join(dist, "client", name))),
);
if (existsSync(join(root, TERMINAL))) {
  await build(terminal);
  const main = join(dist, "cli/main.js");
  writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, "utf8")}`);
  chmodSync(main, 0o755);
  cpSync(join(root, "examples/starter"), join(dist, "cli/starter"), {
    recursive: true,
    // Where somebody has tried it.
    filter: (path) => !/node_modules|\.wrangler/.test(basename(path)),
  });
}
declarations([
  "client/index.d.ts",
  "client/indexed-db.d.ts",
  "client/node.d.ts",
  "cloudflare/index.d.ts",
  "deno/index.d.ts",
  "hooks/index.d.ts",
  "protocol/index.d.ts",
  "testing/index.d.ts",
]);

/**
 * Terser names what a file has for itself so that gzip finds more repetition
 * than in esbuild's names. It gets esbuild's source map, and writes the one of
 * both.
 */
async function minifyFurther(path: string): Promise<void> {
  const file = basename(path);
  const { code, map } = await minify(readFileSync(path, "utf8"), {
    module: true,
    ecma: 2020,
    compress: {
      ...{ passes: 3, keep_fargs: false },
      // To read a property of the client has no effect.
      pure_getters: true,
      // Less text for gzip to repeat is more bytes.
      ...{ sequences: false, lhs_constants: false, inline: 1 },
      unsafe_methods: true,
    },
    sourceMap: {
      content: readFileSync(`${path}.map`, "utf8"),
      filename: file,
      includeSources: true,
      url: `${file}.map`,
    },
  });
  if (code === undefined || typeof map !== "string")
    throw new Error(`Terser has made nothing of ${file}.`);
  writeFileSync(path, code);
  writeFileSync(`${path}.map`, map);
}

/** Writes these declarations, and those that they import. */
function declarations(entries: readonly string[]): void {
  const all = mkdtempSync(join(tmpdir(), "edge-chat-types-"));
  try {
    execFileSync(
      process.execPath,
      [
        join(root, "node_modules/typescript/bin/tsc"),
        ...["-p", join(root, "test/tools/package.tsconfig.json")],
        ...["--outDir", all],
      ],
      { stdio: "inherit" },
    );
    const wanted = new Set(entries.map((entry) => join(all, entry)));
    for (const file of wanted) {
      const text = readFileSync(file, "utf8");
      const target = join(dist, relative(all, file));
      if (file.startsWith(join(all, "client"))) withoutInternal(file, text);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text.replaceAll(OURS, "$1.js$2"));
      for (const [, path] of text.matchAll(OURS))
        if (path !== undefined)
          wanted.add(`${join(dirname(file), path.slice(1))}.d.ts`);
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

/** @throws Error if an app would see a name that the bundle does not have */
function withoutInternal(file: string, text: string): void {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"]*"/g, "");
  const found = INTERNAL.filter((name) =>
    new RegExp(`\\b${name}\\b`).test(code),
  );
  if (found.length > 0)
    throw new Error(`${file} shows what is internal: ${found.join(", ")}`);
}
