// Admin user commands: the words after `edge-chat admin user` become a task, which writes or reads the copy for a user.

export interface UserExport {
  readonly verb: "save";
  /** The public id. */
  readonly user: string;
  /** Absent: those under which the user has said or done something. */
  readonly name?: string;
  /** The file has the hashes of secrets, and is not for the person. */
  readonly isForImport: boolean;
}

export interface UserImport {
  readonly verb: "load";
}

export type UserTask = (UserExport | UserImport) & {
  readonly file: string;
  readonly url: string;
  readonly secret: string;
};

type Words = (UserExport | UserImport) & { readonly file: string };

export const USER_USAGE = `user export writes to a file all that a person said or did in rooms, and their
name with its private messages, blocked users, mentions and rooms. USER is the
public id. Without --name the names are found in the rooms. With --importable the
file has hashes of secrets: user import brings the name to another server by it.
Such a file is not for the person. The messages of rooms are not imported.
`;

const VERBS: ReadonlyMap<string, UserTask["verb"]> = new Map(
  Object.entries({ export: "save", import: "load" } as const),
);

/** @returns a text that says what is wrong */
export function readUserWords(
  [verb, ...words]: readonly string[],
  values: {
    readonly name?: string | undefined;
    readonly importable?: boolean | undefined;
  },
): Words | string {
  const { name, importable: isForImport = false } = values;
  const [first = "", second = ""] = words;
  switch (VERBS.get(verb ?? "")) {
    case "load":
      return words.length === 1 && first !== "" && !isForImport
        ? { verb: "load", file: first }
        : "user import takes a file.";
    case "save":
      break;
    default:
      return "user takes export USER FILE or import FILE.";
  }
  if (words.length !== 2 || second === "" || !/^[\w-]{1,64}$/.test(first))
    return "user export takes the public id of a user and a file.";
  return {
    ...{ verb: "save", user: first, file: second, isForImport },
    ...(name !== undefined && { name }),
  };
}
