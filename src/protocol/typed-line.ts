// Lines typed by hand into wscat and the like: what each stands for as a frame.

/** A frame to be, not yet checked by its schema; or what is wrong with it. */
export type Typed =
  | { frame: Readonly<Record<string, unknown>> }
  | { wrong: string };

export const HELP = [
  "hello: say it to the room",
  "@bob psst: tell bob alone, whichever rooms he is in",
  "/join alice [token]: come in under a name",
  "/say text: say it as it stands, even with a / or @ in front",
  "/who: who is here",
  "/history [20]: what was said last",
  "/leave: leave the room, stay connected",
  "/register: keep your name for good",
  "/release: give your name up",
  "/rotate token: change the secret behind your name",
  "/block bob: hear no more from bob in private; /unblock bob",
] as const;

/**
 * What a typed line stands for. One newline at its end is dropped, inner ones
 * stay. `@name` may be followed by one `,` or `:`.
 */
export function readTypedLine(raw: string): Typed {
  const line = raw.replace(/\r?\n$/, "");
  // It was meant as JSON, and may hold a secret: not for the room to read.
  if (/^[\s\ufeff]+\{/.test(raw)) return { wrong: "JSON begins with {" };
  if (line.startsWith("@")) return readPrivate(line);
  if (line.startsWith("/")) return readCommand(line);
  return { frame: { type: "message", text: line } };
}

function readPrivate(line: string): Typed {
  const [, to, text] = /^@(\S+?)[,:]?\s+(\S.*)$/s.exec(line) ?? [];
  if (to === undefined) return { wrong: "Write: @name text" };
  return { frame: { type: "private", to, text } };
}

function readCommand(line: string): Typed {
  const [, command, rest = ""] = /^\/(\S*)\s?(.*)$/s.exec(line) ?? [];
  const words = rest.trim() === "" ? [] : rest.trim().split(/\s+/);
  const usage = (form: string): Typed => ({ wrong: `Write: ${form}` });
  switch (command) {
    case "say":
      return { frame: { type: "message", text: rest } };
    case "join": {
      const [username, token] = words;
      if (words.length < 1 || words.length > 2)
        return usage("/join name [token]");
      return {
        frame: { type: "join", username, ...(token && { token }) },
      };
    }
    case "history": {
      if (words.length > 1 || !/^\d{1,9}$/.test(words[0] ?? "20"))
        return usage("/history [number]");
      const [limit] = words.map(Number);
      return {
        frame: { type: "history", ...(limit !== undefined && { limit }) },
      };
    }
    case "rotate":
      return words.length === 1
        ? { frame: { type: "rotate", token: words[0] } }
        : usage("/rotate token");
    case "block":
    case "unblock":
      return words.length === 1
        ? { frame: { type: command, username: words[0]?.replace(/^@/, "") } }
        : usage(`/${command} name`);
    case "who":
    case "register":
    case "release":
    case "leave":
    case "help":
      return words.length > 0
        ? usage(`/${command}`)
        : { frame: { type: command } };
    default:
      return {
        wrong: "No such command; /help lists them, /say says anything.",
      };
  }
}
