// Node entry: exports the file storage, for programs on Node, Deno and Bun.
export { fileStorage } from "./file-storage.ts";
