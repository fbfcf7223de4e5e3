// Memory user: a user of a test chat sends frames and waits for the answer of each.
import type { ChatTypes } from "../hooks/hooks.ts";
import type {
  PrivateAck,
  PrivateMessage,
  RoomAck,
  RoomMessage,
  ServerFrame,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import {
  TestChatError,
  type TestMessageOptions,
  type TestUser,
} from "./test-chat.ts";

/** The chat around a user. */
export interface UserSurroundings {
  /** Hands a frame or a typed line to the room. */
  send(connection: MemoryConnection, data: string): void;
  /** Tells the room that the connection has ended. */
  disconnect(connection: MemoryConnection): void;
  /** Lets the chat go on until `isDone`; rejects if nothing can happen any more. */
  until(isDone: () => boolean): Promise<void>;
  /** Lets the chat go on until nothing is pending. */
  settle(): Promise<void>;
  nextId(): string;
}

export class MemoryUser<T extends ChatTypes> implements TestUser<T> {
  readonly welcome: WelcomeFrame;
  readonly #connection: MemoryConnection;
  readonly #chat: UserSurroundings;

  private constructor(
    chat: UserSurroundings,
    connection: MemoryConnection,
    welcome: WelcomeFrame,
  ) {
    this.#chat = chat;
    this.#connection = connection;
    this.welcome = welcome;
  }

  /** @returns the user once the join is answered; rejects if it is refused */
  static async join<T extends ChatTypes>(
    chat: UserSurroundings,
    connection: MemoryConnection,
    fields: object,
  ): Promise<MemoryUser<T>> {
    chat.send(connection, JSON.stringify({ type: "join", ...fields }));
    const answer = await answerTo(chat, connection, 0, isJoinAnswer);
    // Only what comes after the welcome is of interest.
    const at = connection.received.indexOf(answer);
    connection.received.splice(0, at + 1);
    return new MemoryUser(chat, connection, answer);
  }

  get username(): string {
    return this.welcome.username;
  }

  get id(): string {
    return this.welcome.user;
  }

  get received(): readonly ServerFrame[] {
    return this.#connection.received;
  }

  get messages(): readonly (RoomMessage & { data?: T["message"] })[] {
    return this.received.filter((frame) => frame.type === "message");
  }

  get privates(): readonly (PrivateMessage & { data?: T["message"] })[] {
    return this.received.filter((frame) => frame.type === "private");
  }

  get closed(): string | null {
    return this.#connection.closed;
  }

  send(
    text: string,
    { id, data }: TestMessageOptions<T["message"]> = {},
  ): Promise<RoomAck> {
    return this.#request(
      { type: "message", text, data },
      id,
      (frame) => frame.type === "ack" && "seq" in frame,
    );
  }

  sendPrivate(
    to: string,
    text: string,
    { id, data }: TestMessageOptions<T["message"]> = {},
  ): Promise<PrivateAck> {
    return this.#request(
      { type: "private", to, text, data },
      id,
      (frame) => frame.type === "ack" && "private" in frame,
    );
  }

  async type(line: string): Promise<void> {
    this.#chat.send(this.#connection, line);
    await this.#chat.settle();
  }

  async leave(): Promise<void> {
    this.#chat.send(this.#connection, JSON.stringify({ type: "leave" }));
    await this.#chat.settle();
    this.#chat.disconnect(this.#connection);
    await this.#chat.settle();
  }

  /** @param isAck is it an answer of that kind? */
  async #request<Ack extends RoomAck | PrivateAck>(
    frame: object,
    id = this.#chat.nextId(),
    isAck: (frame: ServerFrame) => boolean,
  ): Promise<Ack> {
    const from = this.received.length;
    this.#chat.send(this.#connection, JSON.stringify({ ...frame, id }));
    return answerTo(
      this.#chat,
      this.#connection,
      from,
      (answer): answer is Ack =>
        isAck(answer) && "id" in answer && answer.id === id,
      id,
    );
  }
}

function isJoinAnswer(frame: ServerFrame): frame is WelcomeFrame {
  return frame.type === "welcome";
}

/**
 * Waits for the answer among the frames from `from` on.
 *
 * @param id of the request, which an error has too; absent: any error answers
 */
async function answerTo<Answer extends ServerFrame>(
  chat: UserSurroundings,
  connection: MemoryConnection,
  from: number,
  isAnswer: (frame: ServerFrame) => frame is Answer,
  id?: string,
): Promise<Answer> {
  const find = () => {
    for (const frame of connection.received.slice(from)) {
      if (isAnswer(frame)) return { answer: frame };
      if (frame.type === "error" && frame.id === id) return { error: frame };
    }
    return null;
  };
  await chat.until(() => find() !== null || connection.closed !== null);
  const found = find();
  if (found === null)
    throw new TestChatError("not_joined", `Closed: ${connection.closed}.`);
  if (found.error === undefined) return found.answer;
  const { code, message, retryAfter } = found.error;
  throw new TestChatError(code, message, retryAfter);
}
