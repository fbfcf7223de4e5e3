// OpenAPI of state: the requests by which a backup reads and writes rooms, names and keys.
import { REGISTRY_PAGE_MAX } from "../../src/core/shared/registry-requests.ts";
import type { Operation } from "./openapi.ts";

const admin = { tag: "Administer", token: "admin" } as const;

export const STATE_OPERATIONS: Readonly<Record<string, Operation>> = {
  readRoomState: {
    ...{ ...admin, method: "get", path: "/admin/rooms/{room}/state" },
    summary: "Read roles, bans, rules and reports of a room, for a backup",
    answers: { 200: "RoomState" },
  },
  writeRoomState: {
    ...{ ...admin, method: "put", path: "/admin/rooms/{room}/state" },
    ...{
      summary: "Bring the state of a room here that has no events",
      body: ["LoadedRoom"],
    },
    answers: { 204: null },
  },
  listNames: {
    ...{ ...admin, method: "get", path: "/admin/names" },
    ...{ summary: "List lasting names by pages", query: ["after", "limit"] },
    limitMax: REGISTRY_PAGE_MAX,
    answers: { 200: "NamePage" },
  },
  readNameState: {
    ...{ ...admin, method: "get", path: "/admin/names/{name}/state" },
    summary: "Read the claim, mail and blocks of a name, for a backup",
    answers: { 200: "NameState" },
  },
  writeNameState: {
    ...{ ...admin, method: "put", path: "/admin/names/{name}/state" },
    ...{ summary: "Bring a name here that nobody has", body: ["LoadedName"] },
    answers: { 204: null },
  },
  readKeyState: {
    ...{ ...admin, method: "get", path: "/admin/keys/state" },
    summary: "Read the server keys with the hashes of their secrets",
    answers: { 200: "KeyState" },
  },
  writeKeyState: {
    ...{ ...admin, method: "put", path: "/admin/keys/state" },
    ...{ summary: "Add server keys of a backup", body: ["KeyState"] },
    answers: { 204: null },
  },
};
