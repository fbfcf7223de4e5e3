// A client that reads the lines for people, as `?format=text` gives them.
import { Connection, type ConnectOptions } from "./connection.ts";

export class TextClient extends Connection<string> {
  constructor(room: string, { query, ...options }: ConnectOptions = {}) {
    super(
      room,
      { ...options, query: { ...query, format: "text" } },
      (frame) => frame.split("\n"),
      JSON.stringify,
    );
  }

  /** This very line, whatever came before it. */
  async line(line: string): Promise<string> {
    return this.inbox.next((each) => each === line, `line "${line}"`);
  }

  /** The next line of this form. */
  async lineLike(form: RegExp): Promise<string> {
    return this.inbox.next((each) => form.test(each), `line like ${form}`);
  }

  /** All unread lines up to this one, without it. */
  async linesBefore(line: string): Promise<string[]> {
    const lines = await this.inbox.until(
      (each) => each === line,
      `line "${line}"`,
    );
    return lines.slice(0, -1);
  }
}

export async function connectText(
  room: string,
  options: ConnectOptions = {},
): Promise<TextClient> {
  return new TextClient(room, options).opened();
}
