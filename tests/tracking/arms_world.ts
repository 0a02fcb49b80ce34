/**
 * Arms over a script that takes no time.
 *
 * @module
 */
import { z } from "zod";
import { parseSetting } from "../../lib/core/config_layers.ts";
import { digestOf, InterruptedError } from "../../lib/core/mod.ts";
import {
  type Arms,
  type Experiment,
  type Registry,
  runArms,
  runCommand,
} from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { answersOf } from "./evaluations_row.ts";
import { device, withFolder } from "./tiny_run.ts";

const schema = z.strictObject({
  base: z.string().default("none"),
  share: z.string().default("all"),
  steps: z.number().int().default(2),
  discount: z.number().nullable().default(1),
  from: z.array(z.string()).default([]),
});
type Config = z.output<typeof schema>;

/** A script that counts its starts and stops where it is told to. */
export function makeWorld(base: string) {
  const started: string[] = [];
  const world = { started, stopsAt: undefined as string | undefined };
  const script: Experiment<Config> = {
    name: "script",
    summary: "A script",
    minutes: "0",
    schema,
    changeable: ["steps"],
    readsFrom: ({ base }) => [base],
    async contentsOf({ from }) {
      const contents = from.map(async (path) => {
        const text = await Deno.readTextFile(`${path}/run.json`).catch(() => "missing");
        return [path, digestOf(text).sha256];
      });
      return Object.fromEntries(await Promise.all(contents));
    },
    async run({ share, steps }, { run, seed, resumed }) {
      started.push(`${share} ${seed}${resumed ? " resumed" : ""}`);
      await run.bindInputs({});
      await run.dropFramesAfter(resumed ? 0 : -1);
      if (!resumed) await run.saveFrames(0);
      if (share === world.stopsAt) throw new InterruptedError("Interrupted by a test");
      run.evaluations.append(answersOf("model", 0, [[true], [share === "all"]]));
      await run.saveFrames(steps);
      await run.mergeFrames();
    },
  };
  const arms: Arms = {
    name: "compared",
    summary: "Two arms",
    minutes: "0",
    script: "script",
    settings: { base },
    arms: { "shared": {}, "own": { share: "own" } },
    seeds: [0, 1],
    table: (runs) => ({
      title: "Right answers",
      columns: [{ title: "arm" }, { title: "seed" }, { title: "right" }],
      rows: runs.map(({ arm, seed, evaluations }) => [
        arm,
        seed,
        evaluations.filter(({ correct }) => correct).length,
      ]),
    }),
  };
  const registry: Registry = {
    script: () => Promise.resolve({ experiment: script as Experiment }),
    compared: () => Promise.resolve({ arms }),
  };
  const options = { registry, startDevice: () => Promise.resolve({ report: device, line: "" }) };
  const run = (args: readonly string[]) => runCommand(args, options);
  return { ...world, world, script, arms, registry, run };
}

export type World = ReturnType<typeof makeWorld>;

/** Runs the arms and gives what was started and what was printed. */
export async function compare(
  { arms, registry, run, started }: World,
  folder: string,
  options: { readonly sets?: readonly string[]; readonly seeds?: readonly number[] } = {},
) {
  started.length = 0;
  const { seeds = arms.seeds, sets = [] } = options;
  const { result, out, err } = await captureOutput(() =>
    runArms(arms, {
      registry,
      seeds,
      sets: sets.map((set) => parseSetting(set)),
      root: `${folder}/kept`,
      dtype: "float32",
      flags: ["--quiet"],
      goOnFlags: [],
      run,
    })
  );
  return { ...result, started: [...started], out, err };
}

export async function withWorld(
  test: (world: World, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/base`, "weights");
    await test(makeWorld(`${folder}/base`), folder);
  });
}
