// Chart: draws the CPU time for each delivery in a crowd of 200 as an SVG for light and dark pages.
import { writeFileSync } from "node:fs";
import { CONTENDERS, type ContenderName } from "../servers/contenders.ts";
import type { Medians } from "./table.ts";

const PATH = new URL("../../../docs/crowd.svg", import.meta.url);
const WIDTH = 720;
const LABEL = 310;
const ROW = 30;
const BAR = 18;
const TOP = 58;
/** Space for the figure right of the longest bar. */
const MARGIN = 50;

export function drawCrowd(medians: Medians): void {
  const bars = (Object.keys(medians) as ContenderName[])
    .map((name) => ({ name, cpu: medians[name]?.cpu ?? Number.NaN }))
    .filter(({ cpu }) => !Number.isNaN(cpu))
    .sort((a, b) => a.cpu - b.cpu);
  const most = Math.max(...bars.map(({ cpu }) => cpu));
  const height = TOP + bars.length * ROW + 8;
  const rows = bars.map(({ name, cpu }, i) => {
    const y = TOP + i * ROW;
    const width = Math.max(2, ((WIDTH - LABEL - MARGIN) * cpu) / most);
    const kind = name === "edge-chat" ? "ours" : "theirs";
    return `  <text x="${LABEL - 10}" y="${y + 14}" text-anchor="end" class="${kind}">${CONTENDERS[name].title}</text>
  <rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" class="${kind}"/>
  <text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 14}" class="${kind}">${cpu}</text>`;
  });
  writeFileSync(
    PATH,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">CPU of the server for each message delivered, 200 members who all talk: ${bars.map(({ name, cpu }) => `${CONTENDERS[name].title}, ${cpu} microseconds`).join("; ")}.</title>
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    text.head { font-size: 15px; font-weight: 600; }
    text.note { fill: #59636e; }
    text.ours { font-weight: 600; }
    rect.ours { fill: #0969da; }
    rect.theirs { fill: #9aa4af; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      text.note { fill: #9198a1; }
      rect.ours { fill: #4493f8; }
      rect.theirs { fill: #656c76; }
    }
  </style>
  <text x="10" y="22" class="head">A crowd of 200 who all talk: server CPU for each delivery</text>
  <text x="10" y="42" class="note">microseconds, medians of interleaved rounds on one core; shorter is better</text>
${rows.join("\n")}
</svg>
`,
  );
}
