// Moderation tables: a room has these tables for roles, restrictions and its rules, each made when it is first used.
import type { Migrations } from "../shared/schema.ts";

/** Roles have a table of their own, since most rooms have none. */
export const ROLE_TABLES: Migrations = [
  [
    // user: the public id. key: the key of the name under which the role holds;
    // empty: the identity alone counts.
    `CREATE TABLE IF NOT EXISTS role (
      room TEXT,
      user TEXT,
      key TEXT,
      role TEXT NOT NULL,
      PRIMARY KEY (room, user, key)
    ) WITHOUT ROWID`,
  ],
];

/** Bans and mutes have a table of their own, since most rooms have none. */
export const RESTRICTION_TABLES: Migrations = [
  [
    // kind: ban or mute. user: the public id. key, username: the user's name
    // when it began. until: when it ends, ms since 1970; null: never. rank: of
    // the role by which it was made.
    `CREATE TABLE IF NOT EXISTS restriction (
      room TEXT,
      kind TEXT,
      user TEXT,
      key TEXT NOT NULL,
      username TEXT NOT NULL,
      until INTEGER,
      rank INTEGER NOT NULL,
      PRIMARY KEY (room, kind, user)
    ) WITHOUT ROWID`,
  ],
];

/** Networks of banned guests have a table of their own, which ends when they do. */
export const NETWORK_BAN_TABLES: Migrations = [
  [
    // user: the public id of the banned guest. hash: of the network, with the key
    // in `salt`, which is the same in all rows of a room. until: when it ends, ms
    // since 1970. known: JSON, the public ids of guests from that network who
    // were in the room when it began.
    `CREATE TABLE IF NOT EXISTS network_ban (
      room TEXT,
      user TEXT,
      hash TEXT,
      salt TEXT NOT NULL,
      until INTEGER NOT NULL,
      known TEXT NOT NULL,
      PRIMARY KEY (room, user, hash)
    ) WITHOUT ROWID`,
  ],
];

/** Most rooms have no rules of their own. */
export const POLICY_TABLES: Migrations = [
  [
    // policy: JSON, see room/room-policy.ts.
    `CREATE TABLE IF NOT EXISTS room_policy (
      room TEXT PRIMARY KEY,
      policy TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
];

/** Members of a room are stored for rooms that have any. */
export const MEMBER_TABLES: Migrations = [
  [
    // user: the public id. key: the key of the name under which the membership
    // holds; empty: the identity alone counts. name, username: the user's name
    // when it began, and its key.
    `CREATE TABLE IF NOT EXISTS room_member (
      room TEXT,
      user TEXT,
      key TEXT,
      name TEXT NOT NULL,
      username TEXT NOT NULL,
      PRIMARY KEY (room, user, key)
    ) WITHOUT ROWID`,
  ],
];

/** Most rooms invite nobody. */
export const INVITATION_TABLES: Migrations = [
  [
    // hash: of the code. uses: how many users may still come by it. until: when
    // it ends, ms since 1970.
    `CREATE TABLE IF NOT EXISTS invitation (
      room TEXT,
      hash TEXT,
      uses INTEGER NOT NULL,
      until INTEGER NOT NULL,
      PRIMARY KEY (room, hash)
    ) WITHOUT ROWID`,
  ],
];
