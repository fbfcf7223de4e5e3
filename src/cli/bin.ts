// Package entry: checks the runtime in syntax that an old Node parses, and then loads the terminal client.

if (typeof WebSocket === "undefined") {
  process.stderr.write(
    `edge-chat needs Node 22 or later, and this is ${process.version}.\n`,
  );
  // The exit code `usage` of exit-codes.ts.
  process.exitCode = 2;
} else {
  import("./main.ts");
}

export {};
