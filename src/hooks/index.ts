// Package entry of the hooks: an app's hooks import the verdicts and the types from here, on every runtime.
export type * from "./hooks.ts";
export * from "./verdict.ts";
