// The part of the client for programs with a disk, in Node, Deno and Bun: a storage in files.
export { fileStorage } from "./file-storage.ts";
