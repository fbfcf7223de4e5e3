// Frontier: the CPU of a fixed window is read between the windows that were measured.
import { expect, test } from "vitest";
import { frontierCpu, judgeFrontier } from "./frontier.ts";

const points = [
  { cpu: 4, p50: 2 },
  { cpu: 1, p50: 8 },
  { cpu: 0.5, p50: 32 },
];

test("a measured window has its own CPU", () => {
  expect(frontierCpu(points, 8)).toBeCloseTo(1);
  expect(frontierCpu([...points].reverse(), 32)).toBeCloseTo(0.5);
});

test("between two windows the CPU lies on a straight line in logarithms", () => {
  expect(frontierCpu(points, 4)).toBeCloseTo(2);
  expect(frontierCpu(points, 16)).toBeCloseTo(Math.SQRT1_2);
});

test("outside the windows the CPU is that of the nearest one", () => {
  expect(frontierCpu(points, 1)).toBe(4);
  expect(frontierCpu(points, 50)).toBe(0.5);
});

test("a window without figures is left out", () => {
  const failed = { cpu: Number.NaN, p50: Number.NaN };
  expect(frontierCpu([failed, ...points], 4)).toBeCloseTo(2);
  expect(frontierCpu([failed], 4)).toBeNaN();
});

test("a server is judged by the median of its rounds against Socket.IO's", () => {
  const rounds = (cpus: number[], p50: number) =>
    cpus.map((cpu) => ({ cpu, p50 }));
  const [verdict, ...others] = judgeFrontier("frontier-100", {
    "edge-chat": rounds([3, 2, 9], 4),
    "socket.io": rounds([2, 1, 1], 1),
    insert: rounds([8, 4, 4], 2),
    "window-10": rounds([2, 1, 1], 8),
  });
  expect(others).toEqual([]);
  // Ours has 2 at 4 ms, and so has a window between the two.
  expect(verdict?.reached).toBeCloseTo(1);
  expect(judgeFrontier("steady-100", {})).toEqual([]);
});
