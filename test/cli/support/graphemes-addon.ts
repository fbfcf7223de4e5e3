// Graphemes addon: loads xterm's grapheme table, which its package reads correctly only outside of Buffer's pool.
import { Buffer } from "node:buffer";

// Version 0.4.0 reads the length of the table from the start of the memory that
// contains it. In the pool that memory is uninitialized, and it fails at times
// with "Data error".
const { poolSize } = Buffer;
Buffer.poolSize = 0;
export const { UnicodeGraphemesAddon } = await import(
  "@xterm/addon-unicode-graphemes"
);
Buffer.poolSize = poolSize;
