// Report queue: a room stores the reports of its users until moderators have closed them, in a table that is made for the first one.
import * as LIMITS from "../../protocol/limits.ts";
import type {
  Report,
  ReportedFrame,
  ReportOutcome,
} from "../../protocol/report-frames.ts";
import type { Sql, SqlValue } from "../shared/contract.ts";
import { ERASED_ID, ERASED_NAME } from "../shared/erase-requests.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../shared/schema.ts";

export const REPORT_TABLES: Migrations = [
  [
    // seq, epoch: the message, whose text is not here. user, username: who has
    // reported it. target, target_name: its author. client_id: the client's own
    // id. outcome, closed_...: once a moderator has closed it.
    `CREATE TABLE IF NOT EXISTS report (
      room TEXT,
      report INTEGER,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL,
      user TEXT NOT NULL,
      username TEXT NOT NULL,
      target TEXT NOT NULL,
      target_name TEXT NOT NULL,
      reason TEXT,
      client_id TEXT,
      at INTEGER NOT NULL,
      outcome TEXT,
      closed_at INTEGER,
      closed_user TEXT,
      closed_name TEXT,
      PRIMARY KEY (room, report)
    ) WITHOUT ROWID`,
    // epoch: names the numbers of the room's reports for endpoints.
    `CREATE TABLE IF NOT EXISTS report_numbering (
      room TEXT PRIMARY KEY,
      epoch TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
];

/** A report as it is stored: the message is named, and its text is not there. */
export interface StoredReport extends Omit<Report, "quoted"> {
  /** The client's own id for it. */
  readonly id?: string;
}

export type NewReport = Omit<StoredReport, "report" | "outcome" | "closed">;

/** The moderator who closes a report, and when, ms since 1970. */
export type Closed = Required<StoredReport>["closed"];

export class ReportQueue {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  /** The number of the newest one; null: it has not been read yet. */
  #head: number | null = null;
  #epoch: string | null = null;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "reports", migrations: REPORT_TABLES, tables },
      unrecorded: unrecorded("report", REPORT_TABLES),
    });
  }

  /** Nobody has ever reported anything: most rooms ask no more than this. */
  get isUnused(): boolean {
    return !this.#schema.exists;
  }

  /** The number of the newest report; 0: there is none. */
  get head(): number {
    if (this.isUnused) return 0;
    if (this.#head === null) {
      const [row] = this.#select("1 ORDER BY report DESC LIMIT 1");
      this.#head = row?.report ?? 0;
    }
    return this.#head;
  }

  /** Names the numbers; null: there are none yet. */
  get epoch(): string | null {
    if (this.isUnused || this.#epoch !== null) return this.#epoch;
    const [row] = this.#sql.exec(
      "SELECT epoch FROM report_numbering WHERE room = ?",
      this.#room,
    );
    this.#epoch = row === undefined ? null : `${row.epoch}`;
    return this.#epoch;
  }

  find(report: number): StoredReport | undefined {
    return this.#select("report = ?2", report)[0];
  }

  /** @returns the report of this message by this user, or the one with this id */
  findRepeated(
    user: string,
    { of, epoch, id }: Pick<NewReport, "of" | "epoch" | "id">,
  ): StoredReport | undefined {
    const where = "user = ?2 AND ((seq = ?3 AND epoch = ?4) OR client_id = ?5)";
    return this.#select(
      `${where} ORDER BY report LIMIT 1`,
      ...[user, of, epoch, id ?? null],
    )[0];
  }

  /** @returns when the user has made the report that is so many back, since a time */
  nthNewestOf(user: string, back: number, since: number, now: number) {
    const [found] = this.#select(
      `user = ?2 AND at > ?3 AND at <= ?4 ORDER BY report DESC LIMIT 1 OFFSET ${back - 1}`,
      ...[user, since, now],
    );
    return found?.at ?? null;
  }

  /** Stores a report. A full queue drops its oldest closed one, else the oldest. */
  add(report: NewReport, numbering: () => string): StoredReport {
    this.#schema.create();
    if (this.epoch === null) {
      this.#epoch = numbering();
      this.#sql.exec(
        "INSERT INTO report_numbering VALUES (?, ?)",
        ...[this.#room, this.#epoch],
      );
    }
    const added: StoredReport = { ...report, report: this.head + 1 };
    const { epoch, of, user, username, target, reason, id, at } = report;
    this.#sql.exec(
      `INSERT INTO report (room, report, epoch, seq, user, username, target,
      target_name, reason, client_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[this.#room, added.report, epoch, of, user, username],
      ...[target.user, target.username, reason ?? null, id ?? null, at],
    );
    this.#head = added.report;
    this.#trim();
    return added;
  }

  close(report: number, outcome: ReportOutcome, closed: Closed): void {
    const { at, user, username } = closed;
    this.#sql.exec(
      `UPDATE report SET outcome = ?, closed_at = ?, closed_user = ?, closed_name = ?
      WHERE room = ? AND report = ?`,
      ...[outcome, at, user, username, this.#room, report],
    );
  }

  /** The log of an epoch goes on under another one: reports name it. */
  follow(from: string, epoch: string): void {
    if (this.isUnused) return;
    this.#sql.exec(
      "UPDATE report SET epoch = ? WHERE room = ? AND epoch = ?",
      ...[epoch, this.#room, from],
    );
  }

  /**
   * @param reader does not see reports about themself
   * @returns the newest reports before a number, the newest first, one more than
   *   `limit` if there are more
   */
  before(
    before: number,
    limit: number,
    reader: string,
    isOpenOnly: boolean,
  ): StoredReport[] {
    const open = isOpenOnly ? " AND outcome IS NULL" : "";
    return this.#select(
      `report < ?2 AND target <> ?3${open} ORDER BY report DESC LIMIT ?4`,
      ...[before, reader, limit + 1],
    );
  }

  /** @returns the reports after a number, ascending */
  after(report: number, limit: number): StoredReport[] {
    return this.#select("report > ?2 ORDER BY report LIMIT ?3", report, limit);
  }

  /** How many are open, but for those about the reader. */
  openCount(reader: string): number {
    if (this.isUnused) return 0;
    const [row] = this.#sql.exec(
      "SELECT count(*) AS open FROM report WHERE room = ? AND outcome IS NULL AND target <> ?",
      ...[this.#room, reader],
    );
    return Number(row?.open ?? 0);
  }

  /**
   * The user is erased: as the one who has reported, who is reported, or who has
   * closed a report. Reasons go, since they are in the user's words or about the
   * user. The report itself stays, and tells nobody's name.
   *
   * @returns the names of the user; null: no report names the user
   */
  forget(user: string): string[] | null {
    const found = this.#select(
      "(user = ?2 OR target = ?2 OR closed_user = ?2)",
      user,
    );
    if (found.length === 0) return null;
    this.#sql.exec(
      `UPDATE report SET
        reason = CASE WHEN ?2 IN (user, target) THEN NULL ELSE reason END,
        client_id = CASE WHEN user = ?2 THEN NULL ELSE client_id END,
        username = CASE WHEN user = ?2 THEN ?4 ELSE username END,
        target_name = CASE WHEN target = ?2 THEN ?4 ELSE target_name END,
        closed_name = CASE WHEN closed_user = ?2 THEN ?4 ELSE closed_name END,
        user = CASE WHEN user = ?2 THEN ?3 ELSE user END,
        target = CASE WHEN target = ?2 THEN ?3 ELSE target END,
        closed_user = CASE WHEN closed_user = ?2 THEN ?3 ELSE closed_user END
      WHERE room = ?1 AND (user = ?2 OR target = ?2 OR closed_user = ?2)`,
      ...[this.#room, user, ERASED_ID, ERASED_NAME],
    );
    return found
      .flatMap(({ closed, target, ...own }) => [own, target, closed ?? []])
      .flat()
      .flatMap((one) => (one.user === user ? one.username : []));
  }

  #trim(): void {
    const [row] = this.#sql.exec(
      "SELECT count(*) AS count FROM report WHERE room = ?",
      this.#room,
    );
    const excess = Number(row?.count ?? 0) - LIMITS.reportsMax;
    if (excess <= 0) return;
    this.#sql.exec(
      `DELETE FROM report WHERE room = ?1 AND report IN (
        SELECT report FROM report WHERE room = ?1
        ORDER BY outcome IS NULL, report LIMIT ?2
      )`,
      ...[this.#room, excess],
    );
  }

  #select(where: string, ...values: SqlValue[]): StoredReport[] {
    if (this.isUnused) return [];
    return this.#sql
      .exec(
        `SELECT * FROM report WHERE room = ?1 AND ${where}`,
        ...[this.#room, ...values],
      )
      .map(readRow);
  }
}

/** @returns the frame that tells of a new report */
export function reportedFrame(
  room: string,
  report: StoredReport,
): ReportedFrame {
  const { id: _, outcome: __, closed: ___, ...fields } = report;
  return { type: "reported", room, ...fields };
}

function readRow(row: Readonly<Record<string, SqlValue>>): StoredReport {
  const { report, epoch, seq, user, username, reason, client_id, at } = row;
  const { outcome, closed_at, closed_user, closed_name } = row;
  return {
    ...{ report: Number(report), epoch: `${epoch}`, of: Number(seq) },
    ...{ user: `${user}`, username: `${username}`, at: Number(at) },
    target: { user: `${row.target}`, username: `${row.target_name}` },
    ...(reason !== null && { reason: `${reason}` }),
    ...(client_id !== null && { id: `${client_id}` }),
    ...(outcome !== null && {
      outcome: outcome === "resolved" ? "resolved" : "dismissed",
      closed: {
        ...{ user: `${closed_user}`, username: `${closed_name}` },
        at: Number(closed_at),
      },
    }),
  };
}

/**
 * Finds rooms with reports that one of these endpoints may not have, in a file
 * with many rooms.
 *
 * @returns their names
 */
export function findReportingRooms(
  sql: Sql,
  endpoints: readonly string[],
): string[] {
  const tables = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('event_cursor', 'report')",
  );
  if (tables.length < 2) return [];
  return sql
    .exec(
      `SELECT DISTINCT cursor.room FROM event_cursor AS cursor
      WHERE cursor.endpoint IN (SELECT value FROM json_each(?))
      AND cursor.seq < (
        SELECT max(report) FROM report WHERE report.room = cursor.room
      )`,
      JSON.stringify(endpoints),
    )
    .map(({ room }) => String(room));
}
