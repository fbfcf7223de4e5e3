// Graphemes addon: xterm's table of graphemes, which its package reads right only outside of Buffer's pool.
import { Buffer } from "node:buffer";

// Version 0.4.0 reads the length of its table from the start of the memory in
// which the table lies. In the pool that is memory which nobody has set: now and
// then it fails with "Data error".
const { poolSize } = Buffer;
Buffer.poolSize = 0;
export const { UnicodeGraphemesAddon } = await import(
  "@xterm/addon-unicode-graphemes"
);
Buffer.poolSize = poolSize;
