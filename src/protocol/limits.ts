// What the protocol fixes: limits that both sides may count on, whatever the settings are.

// One by one, so that the client carries only those that it needs: import them
// as `LIMITS`.

/** Messages on the first page after a join that does not say. */
export const historyPageDefault = 50;
/** Messages on one page of history. */
export const historyPageMax = 200;
/** Events, and bytes, replayed by a resume before `more`. */
export const replayEventsMax = 500;
export const replayBytesMax = 256 * 1024;
/** Names in one list of members. */
export const memberPageMax = 200;
/** Members up to which joins, leaves and typing are told one by one. */
export const announcedMembersMax = 200;
export const typingMembersMax = 50;
/** Frames, and bytes, held while a join waits. */
export const joinBufferFramesMax = 16;
export const joinBufferBytesMax = 64 * 1024;
export const refusedJoinsMax = 5;
/** Connections to a private room that have not joined. */
export const unjoinedConnectionsMax = 100;
export const privatesInFlightMax = 32;
/** Rooms that one user may be in at once, under one name. */
export const roomsPerUserMax = 500;
/** Users that one may block. */
export const blockedUsersMax = 1000;
/** Milliseconds that an older secret goes on to open a name. */
export const oldTokenTtlMs = 30 * 24 * 60 * 60 * 1000;
/** Events of a room in which a repeated `id` is recognised. */
export const dedupeWindowEvents = 1000;
/** Bytes that may wait for a connection which does not read. */
export const unreadBytesMax = 4 * 1024 * 1024;
/** Milliseconds after which a client that pinged once counts as gone. */
export const pingTimeoutMs = 90_000;
