// Worker host: runs a bundled Worker in Miniflare as its own process: node worker-host.ts <options as JSON>.
import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { reportListening } from "./report-listening.ts";

export interface WorkerOptions {
  /** The path of the bundle. */
  readonly script: string;
  /** The class of each binding. */
  readonly objects: Readonly<Record<string, string>>;
  readonly bindings?: Readonly<Record<string, string | number | boolean>>;
  readonly compatibilityDate: string;
  /** The folder for the data of the objects. */
  readonly data: string;
  /** The classes of these bindings run in another isolate. */
  readonly apart?: readonly string[];
  readonly inspect?: boolean;
}

const NAME = "bench";
const APART = "bench-apart";

const options: WorkerOptions = JSON.parse(process.argv[2] ?? "");
const { script, objects, bindings, compatibilityDate, data } = options;
const contents = readFileSync(script, "utf8");
const apart = new Set(options.apart);

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new Log(LogLevel.WARN),
    telemetry: { enabled: false },
    resourcePersistencePath: data,
    ...(options.inspect === true && { inspectorPort: 0 }),
    workers: [
      worker(NAME, (binding) => apart.has(binding)),
      ...(apart.size > 0 ? [worker(APART, (one) => !apart.has(one))] : []),
    ],
  }),
);
const url = await miniflare.ready;
const inspector =
  options.inspect === true ? await miniflare.getInspectorURL() : null;
reportListening({
  url: url.origin,
  ...(inspector !== null && { inspector: String(inspector), name: NAME }),
});

// Evicts an object as hibernation does; its sockets stay open.
process.on("message", async (asked: { binding: string; name: string }) => {
  await miniflare.unsafeEvictDurableObject(NAME, objects[asked.binding] ?? "", {
    name: asked.name,
    webSockets: "hibernate",
  });
  process.send?.("done");
});
const stop = async () => {
  await miniflare.dispose();
  process.exit();
};
process.on("SIGTERM", stop);
// The server ends with the benchmark.
process.on("disconnect", stop);

function worker(name: string, isElsewhere: (binding: string) => boolean) {
  const other = name === NAME ? APART : NAME;
  return {
    name,
    modules: [{ type: "ESModule" as const, path: "worker.js", contents }],
    compatibilityDate,
    bindings: { ...bindings },
    durableObjects: Object.fromEntries(
      Object.entries(objects).map(([binding, className]) => [
        binding,
        {
          className,
          useSQLite: true,
          ...(isElsewhere(binding) && { scriptName: other }),
        },
      ]),
    ),
  };
}
