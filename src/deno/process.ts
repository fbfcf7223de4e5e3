// Process: a Deno process reads its options, serves a chat until a signal, and tells the operator why it cannot start.
import { log, stackOf } from "../hosting/log.ts";
import type { Chat } from "./chat.ts";
import { StartError } from "./create-chat.ts";
import { HELP, type Options, readOptions } from "./options.ts";

/** @param args as on the command line */
export function runProcess(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  createChat: (options: Options) => Chat,
): void {
  const read = readOptions(args, env);
  switch (read.kind) {
    case "help":
      console.log(HELP);
      break;
    case "wrong":
      quit(read.message);
      break;
    case "options":
      run(read.options, createChat);
      break;
    default:
      read satisfies never;
  }
}

function run(options: Options, createChat: (options: Options) => Chat): void {
  const { hostname, port, addressHeader } = options;
  const onListen = (url: string) =>
    console.log(`listening ${JSON.stringify({ url })}`);
  try {
    const chat = createChat(options);
    // Before the line "listening": a supervisor may stop the process right after.
    stopOnSignal(chat);
    chat.serve({ hostname, port, addressHeader, onListen });
  } catch (error) {
    if (error instanceof StartError) quit(error.message);
    throw error;
  }
}

/** The first signal stops in order, the second one at once. */
function stopOnSignal(chat: Chat): void {
  const stop = async () => {
    if (chat.isStopping) Deno.exit(1);
    await chat.stop();
    Deno.exit(0);
  };
  const onSignal = () => {
    stop().catch((error) => {
      log({ event: "stop failed", error: stackOf(error) });
      Deno.exit(1);
    });
  };
  Deno.addSignalListener("SIGTERM", onSignal);
  Deno.addSignalListener("SIGINT", onSignal);
}

function quit(message: string): never {
  console.error(message);
  Deno.exit(1);
}
