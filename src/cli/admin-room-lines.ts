// Admin room lines: the figures of rooms become a table, or a list of one room's figures.

type Fields = Readonly<Record<string, unknown>>;

/** The name comes last: its width depends on the terminal. */
const COLUMNS = [
  ["members", "MEMBERS", 7],
  ["connections", "CONNECTIONS", 11],
  ["messages", "MESSAGES", 8],
  ["seq", "NEWEST", 8],
] as const;
const TIME_WIDTH = 24;

export function roomsHeader(): string {
  const titles = COLUMNS.map(([, title, width]) => title.padStart(width));
  return [...titles, "AT".padEnd(TIME_WIDTH), "ROOM"].join("  ");
}

export function roomLine(room: Fields): string {
  const cells = COLUMNS.map(([field, , width]) =>
    `${room[field] ?? "-"}`.padStart(width),
  );
  const at =
    room.unavailable === true ? "does not answer" : timeOf(room.newestAt);
  const name = `${room.room}${room.closed === true ? " (closed)" : ""}`;
  return [...cells, at.padEnd(TIME_WIDTH), name].join("  ");
}

export function figureLines({ newestAt, ...figures }: Fields): string[] {
  const all = { ...figures, newestAt: timeOf(newestAt) };
  const width = Math.max(...Object.keys(all).map((name) => name.length));
  return Object.entries(all).map(
    ([name, value]) => `${name.padEnd(width)}  ${value ?? "-"}`,
  );
}

function timeOf(ms: unknown): string {
  return typeof ms === "number" ? new Date(ms).toISOString() : "-";
}
