// Admin answer: what the server tells its operator becomes lines to print.

type Fields = Readonly<Record<string, unknown>>;

/** A list has a line for each entry; a new key has one line, for a pipe. */
export function linesOf(answer: Fields): string[] {
  if (typeof answer.key === "string") return [answer.key];
  if (Array.isArray(answer.webhooks)) {
    const { from, to, webhooks } = answer;
    return typeof from === "number" && typeof to === "number"
      ? [replayLine(from, to, webhooks)]
      : webhooks.map(webhookLine);
  }
  const { keys, setting } = answer;
  return [
    ...(Array.isArray(keys) ? keys.map((key) => keyLine(key, "")) : []),
    ...(Array.isArray(setting)
      ? setting.map((key) => keyLine(key, " (API_KEYS)"))
      : []),
  ];
}

function keyLine({ id, scopes, rooms, made }: Fields, from: string): string {
  const granted = Array.isArray(scopes) ? scopes.join("+") : "";
  const where = Array.isArray(rooms) ? `@${rooms.join("+")}` : "";
  const at = typeof made === "number" ? ` ${timeOf(made)}` : "";
  return `${id}:${granted}${where}${at}${from}`;
}

function webhookLine(webhook: Fields): string {
  const { id, host = "onEvents", seq, lag, failures, retryAt, gone } = webhook;
  const place = seq === undefined ? "has had no events" : `has ${seq}`;
  const failed =
    typeof retryAt === "number"
      ? `, failed ${failures} times, next at ${timeOf(retryAt)}`
      : "";
  const state = gone === true ? ", gone (410)" : failed;
  return `${id} ${host} ${place}, lacks ${lag}${state}`;
}

function replayLine(from: number, to: number, webhooks: unknown[]): string {
  if (webhooks.length === 0) return "The room has no webhooks.";
  return from > to
    ? "There are no events to replay."
    : `Replays ${from} to ${to} to ${webhooks.join(", ")}`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
