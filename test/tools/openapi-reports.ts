// OpenAPI of reports: the requests by which moderators, and the operator, read and close the reports of a room.
import type { Operation } from "./openapi.ts";

const send = { method: "post", tag: "Send", token: "any" } as const;
const admin = { tag: "Administer", token: "admin" } as const;

export const REPORT_OPERATIONS: Readonly<Record<string, Operation>> = {
  listReports: {
    ...{ method: "get", tag: "Read", token: "any" },
    ...{ path: "/rooms/{room}/reports" },
    summary: "Read a page of the reports of a room",
    query: ["before", "limit", "open"],
    answers: { 200: "Reports" },
  },
  closeReport: {
    ...{ ...send, path: "/rooms/{room}/reports/{report}" },
    ...{ summary: "Close a report", body: ["CloseReport"] },
    answers: { 200: "ReportReceipt", 201: "ReportReceipt" },
  },
  listRoomReports: {
    ...{ ...admin, method: "get", path: "/admin/rooms/{room}/reports" },
    summary: "Read a page of the reports of any room",
    query: ["before", "limit", "open"],
    answers: { 200: "Reports" },
  },
  closeRoomReport: {
    ...{ ...admin, method: "post" },
    path: "/admin/rooms/{room}/reports/{report}",
    summary: "Close a report of any room",
    body: ["CloseReport"],
    answers: { 200: "ReportReceipt", 201: "ReportReceipt" },
  },
};
