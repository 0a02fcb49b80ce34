import type { Report, ReportSection } from "../../lib/report/mod.ts";
import type { Table } from "../../lib/tracking/mod.ts";

/** A table with an arm whose name has every sign that HTML knows. */
export const odd: Table = {
  title: "Accuracy <by arm>",
  columns: [{ title: "arm & model" }, { title: "after", digits: 2 }],
  rows: [
    [`<b>"A" & 'B'</b>`, { estimate: 0.5, low: 0.4, high: 0.6 }],
    [`<b>"A" & 'B'</b>: MAPoRL`, 0.25],
    ["others", null],
  ],
  caption: "A note.",
};

/** A result with one arm, two seeds and a picture. */
export const section: ReportSection = {
  name: "game",
  title: "Game: who wins",
  question: "Does 1 < 2?",
  command: "deno task reproduce game",
  minutes: "1 to 2 on two cores",
  readme: { href: "../experiments/game/README.md", text: "experiments/game/README.md" },
  tables: { main: odd, baselines: { ...odd, title: "Without discussion" } },
  pictures: [{
    name: "picture",
    svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect fill="#ffffff"/>' +
      '<defs><clipPath id="clip0"/></defs><g role="graphics-object" clip-path="url(#clip0)">' +
      '<text fill="#222222">a &lt; b</text></g></svg>',
    alt: "A line that rises",
  }],
  paper: [{ ...odd, place: "Table 1", title: "The same in print" }],
  runs: [0, 1].map((seed) => ({
    arm: `<b>"A" & 'B'</b>`,
    seed,
    command: "deno task experiment game --set a=1",
    code: "0123456789abcdef",
    ...(seed === 0 ? { settings: "settings/a.yaml", discussions: "discussions/a.html" } : {}),
  })),
};

/** A report with a claim of each verdict and a result that was not run. */
export const report: Report = {
  title: "What came out",
  lead: ["One paragraph."],
  notes: ["How it was decided."],
  overview: {
    title: "All results",
    columns: [{ title: "result" }, { title: "gain", digits: 2 }],
    rows: [["game", { estimate: 0.5, low: 0.4, high: 0.6 }], ["not_run", null]],
  },
  claims: [
    {
      id: "claim-1",
      sentence: "It rises & stays.",
      place: "§1",
      command: "deno task reproduce game",
      section: "game",
      note: "A note on it.",
      evidence: [
        {
          what: "first figure",
          interval: { estimate: 0.3, low: 0.2, high: 0.4 },
          verdict: "reproduced",
          expected: "above zero",
        },
        {
          what: "second figure",
          interval: { estimate: -0.3, low: -0.4, high: -0.2 },
          verdict: "not reproduced",
          expected: "above zero",
        },
      ],
    },
    {
      id: "claim-2",
      sentence: "It transfers.",
      place: "§2",
      command: "deno task reproduce other",
      evidence: [],
    },
  ],
  sections: [
    section,
    {
      name: "other",
      title: "Other: not there",
      question: "Does it transfer?",
      command: "deno task reproduce other",
      tables: {},
      pictures: [],
      paper: [],
      runs: [],
    },
  ],
};
