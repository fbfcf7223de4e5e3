// Text client: a test client for the lines of `?format=text`.
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

  /** Waits for exactly this line. */
  async line(line: string): Promise<string> {
    return this.inbox.next((each) => each === line, `line "${line}"`);
  }

  /** Waits for the next line that matches. */
  async lineLike(form: RegExp): Promise<string> {
    return this.inbox.next((each) => form.test(each), `line like ${form}`);
  }

  /** Returns all unread lines before this one. */
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
