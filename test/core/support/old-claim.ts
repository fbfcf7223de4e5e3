// Old claim: this dump holds the storage of one name, made by the core of the first release.

/** Alice has left the lobby; bob wrote to her before and after. */
export const OLD_CLAIM: readonly string[] = [
  "CREATE TABLE schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
  `CREATE TABLE claim (
      key TEXT PRIMARY KEY,
      key_version INTEGER NOT NULL,
      identity TEXT NOT NULL,
      username TEXT NOT NULL,
      rooms TEXT NOT NULL,
      free_at INTEGER,
      alarm_at INTEGER,
      epoch INTEGER NOT NULL,
      head INTEGER NOT NULL,
      had INTEGER NOT NULL,
      copied INTEGER NOT NULL
    ) WITHOUT ROWID`,
  `CREATE TABLE mail (
      key TEXT,
      mail INTEGER,
      letter TEXT NOT NULL,
      from_key TEXT,
      origin TEXT NOT NULL,
      PRIMARY KEY (key, mail)
    ) WITHOUT ROWID`,
  "INSERT INTO schema VALUES ('directory', 1)",
  "INSERT INTO claim VALUES ('allce', 1, 'h3H0zQffPkEcyBFcfiYOY0XDqCoX1bD-rcveczETjfg', 'Alice', '[]', 1750003600000, 1750000030000, 1750000000000, 2, 1, 2)",
  `INSERT INTO mail VALUES ('allce', 1, '{"id":"nZqE_jS8XKbSCiXD","clientId":"b-1","identity":"KHzDtg4KSfKwdLRhQcY0lSodBmIR7-PXSGWjW-xkMYM","username":"bob","to":"Alice","text":"psst","at":1750000000000}', 'bob', 'vSLgssoW')`,
  `INSERT INTO mail VALUES ('allce', 2, '{"id":"3DmzbOecyo76Rx0X","clientId":"b-2","identity":"KHzDtg4KSfKwdLRhQcY0lSodBmIR7-PXSGWjW-xkMYM","username":"bob","to":"Alice","text":"are you there?","at":1750000001000}', 'bob', 'vSLgssoW')`,
];

/** Time of the dump, ms since 1970; the name is free an hour after the leave. */
export const OLD_CLAIM_AT = 1_750_000_061_000;
