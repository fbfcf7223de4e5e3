// Entry of the terminal client in the npm package: checks the runtime, in syntax that an old Node reads, and loads the program.

if (typeof WebSocket === "undefined") {
  process.stderr.write(
    `edge-chat needs Node 22 or later, and this is ${process.version}.\n`,
  );
  // As exits.ts has it for a runtime that is too old.
  process.exitCode = 2;
} else {
  import("./main.ts");
}

export {};
