// Finds a Chromium for the tests and starts it: the one that is named, one that is installed, or the one among the packages.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";
import manifest from "../../../tools/package.json" with { type: "json" };

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];
const PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
/** It asks nobody but the server under test. */
const NO_BACKGROUND = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
const GPU = ["--disable-gpu"];
/**
 * Some builds keep nothing at all for a page inside another site's, and some
 * keep it apart for each site. The latter is what most people have.
 */
const PARTITIONED_STORAGE = ["--disable-features=TrackingProtection3pcd"];

interface Found {
  readonly path: string;
  /** Folders with libraries that the machine may lack. */
  readonly libraries?: string;
}

/** @throws Error that says what was looked for, if there is none that starts */
export async function startChromium(): Promise<BrowserServer> {
  const { path, libraries } = await findChromium();
  const { LD_LIBRARY_PATH: known = "" } = process.env;
  const env = { ...process.env };
  if (libraries !== undefined)
    env.LD_LIBRARY_PATH = [libraries, known].filter(Boolean).join(delimiter);
  try {
    return await chromium.launchServer({
      executablePath: path,
      args: [...NO_BACKGROUND, ...GPU, ...PARTITIONED_STORAGE],
      env,
    });
  } catch (error) {
    throw new Error(`${path} does not start: ${error}`);
  }
}

async function findChromium(): Promise<Found> {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return { path: named };
  const path = findInstalled();
  return path === undefined ? findPackaged() : { path };
}

function findInstalled(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const own = NAMES.flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return [...own, chromium.executablePath(), ...PATHS].find(existsSync);
}

/** @throws Error if the package has none for this machine */
async function findPackaged(): Promise<Found> {
  const { platform, arch } = process;
  if (platform !== "linux" || arch !== "x64")
    throw new Error(
      `No Chromium: CHROMIUM names none, none is installed, and the package has none for ${platform} on ${arch}.`,
    );
  const { resolve } = createRequire(import.meta.url);
  const root = join(resolve("@sparticuz/chromium"), "../..");
  const version = manifest.dependencies["@sparticuz/chromium"];
  const home = join(root, "../../.cache", `chromium-${version}`);
  if (!existsSync(home)) await unpack(join(root, "bin"), home);
  return {
    path: join(home, "chromium"),
    libraries: join(home, "al2023/lib"),
  };
}

/** Whole or not at all, though others may be doing the same. */
async function unpack(packed: string, home: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  await mkdir(dirname(home), { recursive: true });
  const half = await mkdtemp(`${home}-`);
  // It unpacks to wherever temporary files go.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = half;
  try {
    for (const part of ["chromium.br", "swiftshader.tar.br", "al2023.tar.br"])
      await inflate(join(packed, part));
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  await rename(half, home).catch(() => rm(half, { recursive: true }));
}
