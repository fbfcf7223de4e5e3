// Account options: createClient hands these to the account, checked and complete.
import type { DataSchemas } from "../protocol/standard-schema.ts";
import type { Environment } from "./environment.ts";
import type { Token } from "./events.ts";
import type { ChatStorage } from "./storage.ts";

/** @internal */
export interface AccountOptions {
  /** The URL of the server, without a slash at the end. */
  readonly serverUrl: string;
  /** undefined: the app's token names the user. */
  readonly username: string | undefined;
  /** Given by the app. undefined: a secret is made and stored. */
  readonly token: Token | undefined;
  readonly storage: ChatStorage;
  readonly environment: Environment;
  /** The id of this window. */
  readonly device: string;
  /** Begin with all private messages that the server has. */
  readonly allMail: boolean;
  /** Private messages in the snapshot, and the default for each room. */
  readonly maxMessages: number;
  readonly schemas: DataSchemas;
}
