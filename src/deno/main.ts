// Main: the entry on Deno, which creates a chat from the arguments and the environment, and serves it until a signal.
import { log, stackOf } from "../hosting/log.ts";
import { createEdgeChat, type EdgeChat, StartError } from "./edge-chat.ts";
import { ENVIRONMENT, HELP, type Options, readOptions } from "./options.ts";

start();

function start(): void {
  const env = Object.fromEntries(
    ENVIRONMENT.map((name) => [name, Deno.env.get(name)]),
  );
  const read = readOptions(Deno.args, env);
  switch (read.kind) {
    case "help":
      console.log(HELP);
      break;
    case "wrong":
      quit(read.message);
      break;
    case "options":
      run(read.options);
      break;
    default:
      read satisfies never;
  }
}

function run(options: Options): void {
  const { hostname, port, addressHeader } = options;
  const onListen = (url: string) =>
    console.log(`listening ${JSON.stringify({ url })}`);
  try {
    const chat = createEdgeChat(options);
    // Before the line "listening": a supervisor may stop the process right after.
    stopOnSignal(chat);
    chat.serve({ hostname, port, addressHeader, onListen });
  } catch (error) {
    if (error instanceof StartError) quit(error.message);
    throw error;
  }
}

/** The first signal stops in order, the second one at once. */
function stopOnSignal(chat: EdgeChat): void {
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
