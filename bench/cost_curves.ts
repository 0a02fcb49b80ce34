/**
 * How time and memory of an update grow with agents, turns, context, model and vocabulary: at least
 * four points each, and the exponent of a fitted power law with its standard error.
 *
 *     deno task costs
 *
 * Prints tables and draws `bench/cost_of_time.png` and `bench/cost_of_memory.png`. About five minutes
 * on two cores.
 *
 * @module
 */
import { writeFileAtomic } from "../lib/core/mod.ts";
import { linePlot, renderPlot, terminalTable } from "../lib/tracking/mod.ts";
import { type Curve, curves, type UpdateSizes } from "./costs/curves.ts";
import type { Cost } from "./costs/measure.ts";
import { explain } from "./support/explain.ts";
import { readFlags } from "./support/flags.ts";
import { machineNotes } from "./support/machine.ts";
import { fitPowerLaw } from "./support/statistics.ts";

interface MeasuredCurve extends Curve {
  readonly costs: readonly Cost[];
}

const KINDS = [
  { name: "time", of: ({ seconds }: Cost) => seconds },
  { name: "memory", of: ({ peakBytes }: Cost) => peakBytes },
] as const;

function measureInWorker(sizes: UpdateSizes): Promise<Cost> {
  const worker = new Worker(new URL("./costs/worker.ts", import.meta.url), { type: "module" });
  return new Promise<Cost>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(sizes);
  }).finally(() => worker.terminate());
}

async function measureCurve(curve: Curve): Promise<MeasuredCurve> {
  const costs: Cost[] = [];
  for (const size of curve.sizes) {
    const cost = await measureInWorker(curve.at(size));
    costs.push(cost);
    const megabytes = cost.peakBytes / 2 ** 20;
    console.log(
      `${curve.name} ${size}: ${cost.seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MiB`,
    );
  }
  return { ...curve, costs };
}

/** Exponent of a curve with its standard error, such as `1.02 ± 0.03`. */
function exponentOf({ sizes, costs }: MeasuredCurve, of: (cost: Cost) => number): string {
  const { exponent, standardError } = fitPowerLaw(
    costs.map((cost, i) => ({ x: sizes[i]!, y: of(cost) })),
  );
  return `${exponent.toFixed(2)} ± ${standardError.toFixed(2)}`;
}

function costTable(measured: readonly MeasuredCurve[]): string {
  const list = (costs: readonly Cost[], of: (cost: Cost) => string) => costs.map(of).join(", ");
  return terminalTable({
    title: "Cost of an update ~ size^exponent (least squares on logarithms, ± standard error)",
    columns: [
      "what grows",
      "sizes",
      "seconds",
      "time ~",
      "MiB at the peak",
      "memory ~",
    ].map((title) => ({ title })),
    rows: measured.map((curve) => [
      curve.name,
      curve.sizes.join(", "),
      list(curve.costs, ({ seconds }) => seconds.toFixed(2)),
      exponentOf(curve, KINDS[0].of),
      list(curve.costs, ({ peakBytes }) => (peakBytes / 2 ** 20).toFixed(0)),
      exponentOf(curve, KINDS[1].of),
    ]),
  });
}

/** Doublings on both axes: a power law is a line with its exponent as slope. */
async function draw(measured: readonly MeasuredCurve[], date: string): Promise<void> {
  for (const { name, of } of KINDS) {
    const points = measured.flatMap(({ name, sizes, costs }) =>
      costs.map((cost, i) => ({
        series: name,
        x: Math.log2(sizes[i]! / sizes[0]!),
        y: Math.log2(of(cost) / of(costs[0]!)),
      }))
    );
    const { png } = await renderPlot(linePlot({
      title: name === "time" ? "How the time of an update grows" : "How its memory grows",
      subtitle: `two cores, ${date}; each from its smallest size`,
      x: { title: "doublings of the size", format: "d" },
      y: { title: `doublings of the ${name}`, format: "d" },
      points,
    }));
    await writeFileAtomic(`bench/cost_of_${name}.png`, png);
  }
}

const HELP =
  `Fits how time and memory of an update grow with its sizes, in about five minutes on two cores.

Usage: deno task costs

It takes no options, prints tables, and draws bench/cost_of_time.png and bench/cost_of_memory.png.`;

async function measureCosts(): Promise<number> {
  if (readFlags(Deno.args, { task: "costs", names: [] }) === null) {
    console.log(HELP);
    return 0;
  }
  const { date, processor, deno, commit } = await machineNotes();
  console.log(`${date} UTC, ${processor}, deno ${deno}, commit ${commit ?? "unknown"}\n`);
  const measured: MeasuredCurve[] = [];
  for (const curve of curves) measured.push(await measureCurve(curve));
  await draw(measured, date.slice(0, 10));
  console.log(`\n${costTable(measured)}`);
  return 0;
}

if (import.meta.main) Deno.exit(await explain(measureCosts));
