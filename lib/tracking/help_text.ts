import { describeOptions } from "../core/mod.ts";
import { needsOf } from "./arm_settings.ts";
import { type Arms, scriptOfArm } from "./arms.ts";
import { commonFlags } from "./command_line.ts";
import type { Experiment } from "./experiment.ts";
import type { LoadedExperiment } from "./load_experiment.ts";

/** Columns of the help text: what a terminal of ordinary width shows. */
const WIDTH = 100;

/** How options of a list's entries are set. */
const ENTRIES =
  "N: place of an entry, from 0; only in a list that a file or an earlier --set gives";

/** Breaks a text into lines of at most the width, each with the indent. */
function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((part) => " ".repeat(indent) + part);
}

function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, width + 4);
    return [`  ${left.padEnd(width)}  ${first.trimStart()}`.trimEnd(), ...more];
  });
}

/** Those of the experiment before those of all. */
const flagLines = (flags: Experiment["flags"] = {}) =>
  twoColumns([
    ...Object.entries(flags).map(([flag, path]): [string, string] => [
      `--${flag} VALUE`,
      `short for --set ${path}=VALUE`,
    ]),
    ...commonFlags.map(({ flag, meaning }): [string, string] => [flag, meaning]),
  ]);

/**
 * The list of all experiments.
 *
 * @param experiments The experiments.
 * @returns Several lines.
 */
export function listText(experiments: readonly Experiment[]): string {
  const width = Math.max(0, ...experiments.map(({ name }) => name.length));
  return [
    "Usage: deno task experiment NAME [flags]",
    "",
    "Experiments:",
    ...experiments.map(({ name, summary, minutes }) =>
      `  ${name.padEnd(width)}  ${summary} (minutes: ${minutes})`
    ),
    "",
    "Flags:",
    ...flagLines(),
    "",
    "deno task experiment NAME --help shows the options of one.",
  ].join("\n");
}

/** The arms with what is particular of them; nothing where there is one alone. */
function armLines(arms: Arms): string[] {
  const entries = Object.entries(arms.arms);
  if (entries.length === 1) return [];
  const rows = entries.map(([arm, settings]): [string, string] => {
    const others = [...needsOf(settings)];
    const script = scriptOfArm(arms, arm);
    return [
      arm,
      [
        ...(script === arms.script ? [] : [`runs ${script}`]),
        ...(others.length === 0 ? [] : [`begins with: ${others.join("; ")}`]),
      ].join(", "),
    ];
  });
  return ["Arms (all run, or by themselves those that --arm NAME names):", ...twoColumns(rows), ""];
}

/**
 * The help text of an experiment: its options with what is allowed, default and unit.
 *
 * @param loaded The experiment; of one with several arms their names are listed, too.
 * @param defaults Values of its own file.
 * @returns Several lines.
 */
export function helpText(
  { experiment, arms, arm }: LoadedExperiment,
  defaults: unknown,
): string {
  const { name, summary, minutes, schema, changeable = [] } = experiment;
  const lines = arms === undefined ? [] : armLines(arms);
  const of = lines.length === 0 ? "" : ` of "${arm}"`;
  const options = describeOptions(schema, defaults).flatMap((row) => [
    `  ${row.path}: ${row.type}; ${
      /^(required|not set)/.test(row.default) ? row.default : `default ${row.default}`
    }`,
    ...(row.description === "" ? [] : wrap(row.description, 6)),
  ]);
  return [
    `Usage: deno task experiment ${name} [flags]`,
    "",
    ...wrap(`${summary} (minutes: ${minutes})`, 0),
    "",
    ...lines,
    `Options${of} (--set path=value, or a YAML file with --config):`,
    ...(options.some((line) => /^ {2}\S+\.N\./.test(line)) ? wrap(ENTRIES, 2) : []),
    ...options,
    "",
    ...(changeable.length === 0 ? [] : [`May change on --resume: ${changeable.join(", ")}`, ""]),
    "Flags:",
    ...flagLines(experiment.flags),
  ].join("\n");
}
