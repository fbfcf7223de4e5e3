// Admin answer: what the server tells its operator becomes lines to print.

import { figureLines, roomLine, roomsHeader } from "./admin-room-lines.ts";
import { safeLine } from "./safe-text.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A list has a line for each entry; a new key has one line, for a pipe.
 *
 * @param isFirst no page of the same list came before
 */
export function linesOf(answer: Fields, isFirst = true): string[] {
  if (isHolder(answer)) return holderLines(answer);
  if (Array.isArray(answer.rooms) && answer.id === undefined)
    return [
      ...(isFirst ? [roomsHeader()] : []),
      ...answer.rooms.map((room) => roomLine(room)),
    ];
  if (Array.isArray(answer.reports)) return answer.reports.map(reportLine);
  if (typeof answer.members === "number") return figureLines(answer);
  if (typeof answer.closed === "boolean")
    return [`${answer.room} is ${answer.closed ? "closed" : "open"}.`];
  if (typeof answer.key === "string") return [answer.key];
  if (Array.isArray(answer.webhooks)) {
    const { from, to, webhooks } = answer;
    return typeof from === "number" && typeof to === "number"
      ? [replayLine(from, to, webhooks)]
      : webhooks.map(webhookLine);
  }
  if (typeof answer.state === "string") return erasureLines(answer);
  const { keys, setting } = answer;
  return [
    ...(Array.isArray(keys) ? keys.map((key) => keyLine(key, "")) : []),
    ...(Array.isArray(setting)
      ? setting.map((key) => keyLine(key, " (API_KEYS)"))
      : []),
  ];
}

/** The answer for a script: a line for each room, or one line. */
export function jsonLines(answer: Fields): string[] {
  const { rooms, reports, id } = answer;
  const isList = Array.isArray(rooms) && id === undefined && !isHolder(answer);
  const entries = Array.isArray(reports) ? reports : isList ? rooms : [answer];
  return entries.map((entry) => JSON.stringify(entry));
}

/** The answer about a name. */
function isHolder({ username, kind }: Fields): boolean {
  return typeof username === "string" && typeof kind === "string";
}

function holderLines({ since, until, rooms, ...holder }: Fields): string[] {
  const times = Object.entries({ since, until }).flatMap(([name, at]) =>
    typeof at === "number" ? `${name} ${timeOf(at)}` : [],
  );
  const names = Array.isArray(rooms) ? rooms.join(" ") : "";
  return [
    ...Object.entries(holder).map(([name, value]) => `${name} ${value}`),
    ...[...times, `rooms ${names === "" ? "-" : names}`],
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
      ? `, failed ${counted(Number(failures), "time")}, next at ${timeOf(retryAt)}`
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

function reportLine(report: Fields): string {
  const { report: number, at, outcome = "open", target, reason } = report;
  const { username = "", quoted = {} } = report;
  const { text, erased } = { text: "", erased: false, ...Object(quoted) };
  const about = { username: "", ...Object(target) }.username;
  const said = erased ? "(deleted)" : safeLine(`${text}`);
  const why = reason === undefined ? "" : ` (${safeLine(`${reason}`)})`;
  const when = typeof at === "number" ? timeOf(at) : "-";
  return `${number} ${outcome} ${when} ${username} reports ${about}${why}: ${said}`;
}

function erasureLines(answer: Fields): string[] {
  const { user, state, rooms, unanswered, unansweredRooms } = answer;
  const names = Number(answer.unansweredNames);
  const asked =
    typeof answer.names === "number"
      ? `, ${counted(answer.names, "name")}`
      : "";
  const named = Array.isArray(unanswered) ? unanswered : [];
  const more = Number(unansweredRooms) - named.length;
  return [
    `${user} ${state}, ${counted(Number(rooms), "room")}${asked}`,
    ...named.map((room) => `${room} has not answered`),
    ...(more > 0 ? [`${counted(more, "more room")} without an answer`] : []),
    // Of those that are left, some may not have been asked before the end.
    ...(names > 0 && state === "running"
      ? [`${counted(names, "name")} left`]
      : []),
    ...(names > 0 && state !== "running"
      ? [`${counted(names, "name")} without an answer`]
      : []),
  ];
}

/** @returns such as `1 room` or `2 rooms` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
