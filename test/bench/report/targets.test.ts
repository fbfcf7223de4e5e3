// Targets: a figure is judged by the median of the ratios of each round.
import { expect, test } from "vitest";
import { judge, judgeBill, judgedServers } from "./targets.ts";

const rounds = (...cpus: number[]) => cpus.map((cpu) => ({ cpu }));

test("the median of the ratios counts, not the ratio of the medians", () => {
  const [verdict] = judge("returns", {
    "edge-chat": rounds(1, 4, 9),
    named: rounds(1, 2, 1),
  });
  expect(verdict).toMatchObject({ reached: 2, atMost: 1.2, isMet: false });
});

test("a round in which a server failed is left out", () => {
  const [verdict] = judge("returns", {
    "edge-chat": [...rounds(1), null, ...rounds(1.1)],
    named: [null, ...rounds(1, 1)],
  });
  expect(verdict).toMatchObject({ reached: 1.1, isMet: true });
});

test("a scenario without figures has no verdict", () => {
  expect(judge("returns", { "edge-chat": rounds(1) })).toEqual([]);
  expect(judge("evening", { "edge-chat": rounds(1) })).toEqual([]);
});

test("beside other work a target may be missed by a fifth, and a p50 does not count", () => {
  const results = { "edge-chat": [{ p50: 16, p99: 35, cpu: 1 }] };
  expect(judge("steady-100", results).map(({ isMet }) => isMet)).toEqual([
    false,
    false,
  ]);
  const [verdict, ...others] = judge("steady-100", results, true);
  expect(verdict?.target).toContain("p99");
  expect(verdict?.isMet).toBe(true);
  expect(others).toEqual([]);
});

test("a comparison runs the servers that the targets name", () => {
  expect(judgedServers("joins")).toEqual(["edge-chat", "named"]);
  expect(judgedServers("evening")).toEqual(["edge-chat"]);
  expect(judgedServers("frontier-500")).toContain("window-20");
});

test("rows of names and of all objects are judged apart", () => {
  const cost = {
    requests: 2,
    rowsWritten: 4,
    nameRowsWritten: 3,
    rowsRead: 0,
    gbSeconds: 0,
    dollars: 0,
  };
  const verdicts = judgeBill([
    { what: "a first visit of a name", per: 1, cost },
    { what: "a later visit of a name", per: 1, cost },
    { what: "a deploy with 1,000 connections", per: 1000, cost },
  ]);
  expect(verdicts.map(({ isMet }) => isMet)).toEqual([true, false]);
});
