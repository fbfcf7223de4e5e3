// Name dump: the claim on a name, its mail and its blocks, for a backup of the server.
import type { Settings } from "../../protocol/settings.ts";
import type { Sql } from "../shared/contract.ts";
import type {
  Dump,
  LoadName,
  LoadRefused,
  TableDump,
} from "../shared/dump-requests.ts";
import {
  DumpError,
  type DumpedTable,
  dumpTables,
  loadTables,
} from "../shared/table-dump.ts";
import type { Claim } from "./claims/claim.ts";
import { ClaimStore, parseClaimRow } from "./claims/claim-store.ts";
import { claimTtlMs } from "./claims/claim-terms.ts";
import {
  BLOCK_TABLES,
  CLAIM_TABLE,
  COPY_TABLES,
  MAIL_TABLES,
} from "./directory-tables.ts";
import { moveBody } from "./mail/move-body.ts";
import { MENTION_TABLES } from "./mentions/mention-store.ts";

const TABLES: readonly DumpedTable[] = [
  { table: "claim", key: "key", statements: CLAIM_TABLE.statements },
  { table: "mail", key: "key", statements: MAIL_TABLES[0] ?? [] },
  { table: "blocked", key: "key", statements: BLOCK_TABLES[0] ?? [] },
  { table: "copied", key: "key", statements: COPY_TABLES[0] ?? [] },
  { table: "mention", key: "key", statements: MENTION_TABLES[0] ?? [] },
];

/**
 * A name that was loaded wakes after so long: copies of its mail that are owed
 * find their names by then, ms.
 */
const WAKE_MS = 3_600_000;

/** The part of a directory that has a name. */
export interface NameStorage {
  readonly sql: Sql;
  readonly key: string;
  readonly settings: Settings;
}

export function dumpName({ sql, key }: NameStorage, held: Claim | null): Dump {
  return {
    ...{ type: "dump", epoch: null, seq: 0, parent: null },
    username: held?.username ?? null,
    tables: held === null ? {} : dumpTables(sql, TABLES, key),
  };
}

export interface LoadedName {
  readonly claim: Claim;
  /** When the alarm has to go off, ms since 1970. */
  readonly alarmAt: number;
}

/**
 * @param held the present claim on the name
 * @returns null: the name is here already; or why it cannot be loaded
 */
export function loadName(
  { sql, key, settings }: NameStorage,
  held: Claim | null,
  { tables, movedBy }: LoadName,
  now: number,
): LoadedName | null | LoadRefused {
  const unreadable = (message: string): LoadRefused => ({
    ...{ type: "load-refused", why: "unreadable", message },
  });
  let [claim, moved]: [Claim | null, TableDump] = [null, {}];
  try {
    const [row] = tables.claim ?? [];
    if (row === undefined) return unreadable("Nobody has the name in it.");
    claim = restored(parseClaimRow(row), settings, movedBy, now);
    moved = movedTables(tables, movedBy);
  } catch {
    return unreadable("It is not of this release.");
  }
  if (held !== null)
    return held.identity === claim.identity && held.epoch === claim.epoch
      ? null
      : {
          ...{ type: "load-refused", why: "taken" },
          message:
            held.identity === claim.identity
              ? "The user has another claim on the name here."
              : "Another user has the name here.",
        };
  try {
    loadTables(sql, TABLES, key, moved);
  } catch (error) {
    if (!(error instanceof DumpError)) throw error;
    return unreadable(error.message);
  }
  new ClaimStore(sql, key).save(claim);
  const alarmAt = Math.min(claim.expiresAt ?? Infinity, now + WAKE_MS);
  return { claim, alarmAt };
}

/** The holder is in no room of this server. */
function restored(
  claim: Claim,
  settings: Settings,
  movedBy: number,
  now: number,
): Claim {
  return {
    ...claim,
    rooms: new Map(),
    alarmAt: null,
    expiresAt: claim.expiresAt ?? now + claimTtlMs(settings, claim),
    epoch: claim.epoch + movedBy,
    status: {
      ...{ ...claim.status, evicting: [], isListed: false },
      movedBy: claim.status.movedBy + movedBy,
    },
  };
}

/** Without the claim, which is written by itself. */
function movedTables(tables: TableDump, movedBy: number): TableDump {
  const { claim: _, mail = [], copied = [], ...others } = tables;
  return {
    ...others,
    mail: mail.map((row) => ({
      ...row,
      letter: moveBody(String(row.letter), movedBy),
    })),
    copied: copied.map((row) => ({
      ...row,
      epoch: Number(row.epoch) + movedBy,
    })),
  };
}
