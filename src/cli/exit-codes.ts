// Exit codes: tell a script how the program ended.

export const EXIT_CODES = {
  ok: { code: 0, meaning: "everything was delivered" },
  failed: {
    code: 1,
    meaning: "something was refused, or init found something missing",
  },
  usage: { code: 2, meaning: "the command line is wrong, or Node is too old" },
  refused: { code: 3, meaning: "the server refused the name or the room" },
  unreachable: { code: 4, meaning: "no connection within the timeout" },
  interrupted: { code: 130, meaning: "interrupted by Ctrl-C" },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitReason = keyof typeof EXIT_CODES;
