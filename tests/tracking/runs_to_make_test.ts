import { assertEquals } from "@std/assert";
import { runArms, runsToMake } from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { compare, withWorld, type World } from "./arms_world.ts";

const optionsOf = ({ registry, run }: World, folder: string) => ({
  registry,
  run,
  root: `${folder}/kept`,
  dtype: "float32" as const,
  flags: ["--quiet"],
  goOnFlags: [],
});

Deno.test("runsToMake() counts runs that are missing or were stopped", () =>
  withWorld(async (world, folder) => {
    const options = { ...optionsOf(world, folder), seeds: [0, 1] };
    assertEquals(await runsToMake(world.arms, options), 4);
    world.world.stopsAt = "own";
    await compare(world, folder, { seeds: [0] }); // one is finished, one stopped
    assertEquals(await runsToMake(world.arms, options), 3);
    world.world.stopsAt = undefined;
    await compare(world, folder);
    assertEquals(await runsToMake(world.arms, options), 0);
  }));

Deno.test("runsToMake() counts a finished run without one of its frames", () =>
  withWorld(async (world, folder) => {
    const options = { ...optionsOf(world, folder), seeds: [0] };
    const { result } = await captureOutput(() => runArms(world.arms, options));
    await Deno.remove(`${result.places[0]!.path}/answers.parquet`);
    assertEquals(await runsToMake(world.arms, options), 1);
  }));

Deno.test("runsToMake() counts runs that begin with missing ones, and finds those that do not", () =>
  withWorld(async (world, folder) => {
    const arms = {
      ...world.arms,
      arms: {
        after: (runOf: (arm: string) => string) => ({ from: [runOf("first")] }),
        first: {},
      },
    };
    const options = { ...optionsOf(world, folder), seeds: [0] };
    assertEquals(await runsToMake(arms, options), 2);
    await captureOutput(() => runArms(arms, options));
    assertEquals(await runsToMake(arms, options), 0);
  }));

Deno.test("runArms() lays small budgets over everything, and tells who watches of runs alone", () =>
  withWorld(async (world, folder) => {
    const told: string[] = [];
    const options = {
      ...optionsOf(world, folder),
      seeds: [0],
      over: (config: object) => "share" in config && config.share === "own" ? { steps: 1 } : {},
      watch: {
        begin: () => {
          told.push("begin");
          return "run 1 of 2 to make";
        },
        end: () => void told.push("end"),
      },
    };
    const { result, out } = await captureOutput(() => runArms(world.arms, options));
    const configs = await Promise.all(
      result.places.map(async ({ path }) => await Deno.readTextFile(`${path}/config.yaml`)),
    );
    assertEquals(configs.map((text) => text.match(/steps: (\d)/)?.[1]), ["2", "1"]);
    assertEquals(out.split("run 1 of 2 to make").length - 1, 2);
    assertEquals(told, ["begin", "end", "begin", "end"]);
    await captureOutput(() => runArms(world.arms, options)); // all are kept
    assertEquals(told.length, 4);
  }));
