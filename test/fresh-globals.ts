// Fresh globals: each test file finds the globals and the environment as the first file of its process did.
import process from "node:process";
import { vi } from "vitest";

declare global {
  var edgeChatTestEnvironment: NodeJS.ProcessEnv | undefined;
}

// Files of one process share its modules, so that each is loaded once.
vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllGlobals();

globalThis.edgeChatTestEnvironment ??= { ...process.env };
const first = globalThis.edgeChatTestEnvironment;
for (const name of Object.keys(process.env))
  if (first[name] === undefined) delete process.env[name];
Object.assign(process.env, first);
