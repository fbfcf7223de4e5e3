// Access levels: a room is open to all, to users whose name lasts, or to its members alone.

/** Each level lets fewer users in than the one before it. */
export const ACCESS_LEVELS = ["open", "registered", "members"] as const;

export type AccessLevel = (typeof ACCESS_LEVELS)[number];
