// Merged chunks: puts the code that the page shares with its on-demand files into page.js, so that the first load is one script.
import { basename, dirname } from "node:path";
import { type BuildOptions, build, type OutputFile } from "esbuild";

/** esbuild's own name for code that several files share. */
const SHARED = /^chunk-/;
/** The file whose name `load-on-demand.ts` needs. */
const ON_DEMAND = /^on-demand-.*\.js$/;

/**
 * esbuild moves shared code to a file of its own, which the page would load
 * after page.js. Here page.js takes that code in and exports it, and the
 * on-demand files import page.js, which is loaded by then.
 *
 * @param outputs the files of a build with splitting and inline source maps
 * @param entry the name of the page's script
 * @returns the same files, without the shared one
 */
export async function mergeChunks(
  outputs: readonly OutputFile[],
  entry: string,
  common: BuildOptions,
): Promise<OutputFile[]> {
  const scripts = new Map<string, string>();
  for (const { path, text } of outputs)
    if (path.endsWith(".js")) scripts.set(basename(path), text);
  const shared = [...scripts.keys()].filter((name) => SHARED.test(name));
  const [chunk, ...others] = shared;
  // The short names of several chunks would collide in the exports.
  if (others.length > 0)
    throw new Error(`The page has several shared chunks: ${shared}`);
  const onDemand = [...scripts.keys()].find((name) => ON_DEMAND.test(name));
  const outdir = dirname(outputs[0]?.path ?? "");
  const merged = "merged";
  const contentsOf = (name: string) =>
    name === merged
      ? [`./${entry}`, ...(chunk === undefined ? [] : [`./${chunk}`])]
          .map((path) => `export * from ${JSON.stringify(path)};`)
          .join("\n")
      : scripts.get(name);
  const { outputFiles = [] } = await build({
    ...common,
    define: { ON_DEMAND_FILE: JSON.stringify(onDemand) },
    entryPoints: Object.fromEntries(
      [...scripts.keys()]
        .filter((name) => !SHARED.test(name))
        .map((name) => [
          name.replace(/\.js$/, ""),
          name === entry ? merged : name,
        ]),
    ),
    outdir,
    format: "esm",
    plugins: [
      {
        name: "merge-chunks",
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /.*/ }, ({ path, kind, importer }) => {
            const name = basename(path);
            if (kind === "dynamic-import") return { path, external: true };
            const isOnDemand =
              SHARED.test(name) && ![merged, entry].includes(importer);
            return isOnDemand
              ? { path: `./${entry}`, external: true }
              : { path: name, namespace: "built" };
          });
          onLoad({ filter: /.*/, namespace: "built" }, ({ path }) => ({
            contents: contentsOf(path) ?? "",
            loader: "js",
          }));
        },
      },
    ],
  });
  return [
    ...outputs.filter(({ path }) => !path.endsWith(".js")),
    ...outputFiles,
  ];
}
