// Account kind: a user is a guest, has a registered name, or comes from the app.
export type AccountKind = "guest" | "registered" | "app";
