// How the program can end: exit codes, with what each tells a script.

export const EXIT_CODES = {
  ok: { code: 0, meaning: "all was delivered" },
  failed: { code: 1, meaning: "something that was to be said was refused" },
  usage: { code: 2, meaning: "the command line is wrong, or Node too old" },
  refused: { code: 3, meaning: "the server lets this name or room not in" },
  unreachable: { code: 4, meaning: "there was no connection for too long" },
  interrupted: { code: 130, meaning: "interrupted by Ctrl-C" },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitReason = keyof typeof EXIT_CODES;
