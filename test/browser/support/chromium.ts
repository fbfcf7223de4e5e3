// Chromium: starts the browser that CHROMIUM names, an installed one, or the packaged one.
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
/** No requests except to the server under test. */
const NO_BACKGROUND = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
const GPU = ["--disable-gpu"];
/**
 * Some builds give an embedded page no storage at all, others a separate
 * storage for each site. Most users have the latter.
 */
const PARTITIONED_STORAGE = ["--disable-features=TrackingProtection3pcd"];

interface Found {
  readonly path: string;
  /** Folders of libraries that the machine may lack. */
  readonly libraries?: string;
}

/** @throws Error that names the places searched, if no browser starts */
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

/** @throws Error if there is no package for this machine */
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

/** Unpacks everything or nothing: other processes may do the same. */
async function unpack(packed: string, home: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  await mkdir(dirname(home), { recursive: true });
  const half = await mkdtemp(`${home}-`);
  // The package unpacks into the folder for temporary files.
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
