import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import {
  type ArmsByName,
  type Experiment,
  experimentOfArm,
  keyOfRun,
  orderOfArms,
  readRecord,
  runCommand,
  runPathsOf,
} from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { compare, withWorld } from "./arms_world.ts";
import { device } from "./tiny_run.ts";

/** Arms of which one begins with what two others have made, and one with that. */
const CHAINED: ArmsByName = {
  "both": (runOf) => ({ share: "both", from: [runOf("own"), runOf("shared")] }),
  "shared": {},
  "own": { share: "own" },
  "after": (runOf) => ({ share: "after", from: [runOf("both")] }),
};

Deno.test("orderOfArms() puts every arm behind those that it begins with, and refuses circles and names of none", () => {
  assertEquals(orderOfArms(CHAINED), ["own", "shared", "both", "after"]);
  assertEquals(orderOfArms({ b: {}, a: {} }), ["b", "a"]);
  const circle: ArmsByName = {
    a: (runOf) => ({ from: runOf("b") }),
    b: (runOf) => ({ from: runOf("c") }),
    c: (runOf) => ({ from: runOf("b") }),
  };
  assertThrows(() => orderOfArms(circle), RangeError, "with its own run: a < b < c < b");
  assertThrows(
    () => orderOfArms({ a: (runOf) => ({ from: runOf("toString") }) }),
    RangeError,
    `Cannot begin with the run of toString as it must be one of the arms: a`,
  );
});

Deno.test("runArms() gives an arm the runs of the same seed that it begins with, made before it", () =>
  withWorld(async (world, folder) => {
    const chained = { ...world, arms: { ...world.arms, arms: CHAINED } };
    const first = await compare(chained, folder);
    assertEquals(first.started, [
      ...["own 0", "all 0", "both 0", "after 0"],
      ...["own 1", "all 1", "both 1", "after 1"],
    ]);
    // The results stand as the arms are named.
    assertEquals(first.runs.map(({ arm, seed }) => `${arm} ${seed}`), [
      ...["both 0", "shared 0", "own 0", "after 0"],
      ...["both 1", "shared 1", "own 1", "after 1"],
    ]);
    for (const seed of [0, 1]) {
      const pathOf = (wanted: string) =>
        first.places.find((run) => run.arm === wanted && run.seed === seed)!.path;
      const { config } = await readRecord(pathOf("both"));
      assertEquals(config.from, [pathOf("own"), pathOf("shared")]);
      assertEquals((await readRecord(pathOf("after"))).config.from, [pathOf("both")]);
    }
    assertEquals((await compare(chained, folder)).started, []);
    // Its settings can be shown before there is any run.
    const { defaults } = experimentOfArm(chained.arms, "after", world.script as Experiment);
    assertEquals(defaults!.at(-1), { share: "after", from: ["the run of both"] });
  }));

Deno.test("runArms() finds a run again whose sources lie elsewhere, and makes it anew when they are others", () =>
  withWorld(async (world, folder) => {
    const chained = { ...world, arms: { ...world.arms, arms: CHAINED } };
    const { places } = await compare(chained, folder, { seeds: [0] });
    const pathOf = (wanted: string) => places.find(({ arm }) => arm === wanted)!.path;
    const config = (await readRecord(pathOf("both"))).config as { readonly from: string[] };
    const keyOf = async (from: readonly string[]) => {
      const wanted = { experiment: world.script as Experiment, seed: 0, dtype: "float32" } as const;
      return (await keyOfRun({ ...wanted, config: { ...config, from } })).settings;
    };
    const [own, shared] = config.from;
    await Deno.rename(shared!, `${folder}/moved`);
    await Deno.symlink(`${folder}/moved`, `${folder}/link`);
    const expected = pathOf("both").match(/s0-(\w+)-/)![1];
    for (const place of ["moved", "link"]) {
      const key = await keyOf([own!, `${folder}/${place}`]);
      assertEquals(key.slice(0, 8), expected);
    }
    assertNotEquals((await keyOf([own!, shared!])).slice(0, 8), expected, "it is gone");
    assertNotEquals((await keyOf([`${folder}/moved`, own!])).slice(0, 8), expected, "swapped");
  }));

Deno.test("runArms() ends with the first run that does not finish: what begins with it does not start", () =>
  withWorld(async (world, folder) => {
    world.world.stopsAt = "own";
    const chained = { ...world, arms: { ...world.arms, arms: CHAINED } };
    const { code, started, runs } = await compare(chained, folder, { seeds: [0] });
    assertEquals([code, started, runs.length], [130, ["own 0"], 0]);
  }));

Deno.test("runArms() refuses wrong settings of an arm that begins with others before anything runs", () =>
  withWorld(async (world, folder) => {
    const wrong: ArmsByName = { ...CHAINED, after: (runOf) => ({ form: [runOf("both")] }) };
    const chained = { ...world, arms: { ...world.arms, arms: wrong } };
    await assertRejects(() => compare(chained, folder), ConfigError, "form");
    assertEquals(world.started, []);
    // And what such an arm sets tells it apart as any other.
    const clash = { ...world, arms: { ...world.arms, arms: CHAINED } };
    const { remedy } = await assertRejects(
      () => compare(clash, folder, { sets: ["from=[x]"] }),
      ConfigError,
      "Cannot set from for all arms",
    );
    assertEquals(remedy, "Change it for each arm in experiments/compared/arms.ts");
  }));

Deno.test("runArms() keeps runs that only prepare others out of what tables are made from", () =>
  withWorld(async (world, folder) => {
    const arms = { ...world.arms, arms: CHAINED, prepares: ["own"] };
    const { started, runs, places } = await compare({ ...world, arms }, folder, { seeds: [0] });
    assertEquals(started, ["own 0", "all 0", "both 0", "after 0"]);
    assertEquals(runs.map(({ arm }) => arm), ["both", "shared", "after"]);
    assertEquals(places.map(({ arm }) => arm), ["both", "shared", "after"]);
    const alone = experimentOfArm(arms, "own", world.script as Experiment);
    assertEquals(alone.flags, undefined);
    const flagged = experimentOfArm({ ...arms, flags: { model: "base" } }, "own", {
      ...world.script as Experiment,
      flags: { limit: "steps" },
    });
    assertEquals(flagged.flags, { model: "base" });
  }));

Deno.test("runArms() gives what an arm takes from another's run to nobody else to set", () =>
  withWorld(async (world, folder) => {
    const made: ArmsByName = {
      first: { share: "first" },
      second: (runOf) => ({ share: "second", base: `${runOf("first")}/config.yaml` }),
    };
    const arms = { ...world.arms, arms: made };
    assertEquals(runPathsOf(made.second!), ["base"]);
    assertEquals(runPathsOf(made.first!), []);
    await Deno.writeTextFile(`${folder}/other`, "other weights");
    const { places } = await compare({ ...world, arms }, folder, {
      seeds: [0],
      sets: [`base=${folder}/other`],
    });
    const [first, second] = await Promise.all(places.map(({ path }) => readRecord(path)));
    assertEquals(first!.config.base, `${folder}/other`);
    assertEquals(second!.config.base, `${places[0]!.path}/config.yaml`);
  }));

Deno.test("--quick lays small budgets over an experiment or its arms, and is refused where there are none", () =>
  withWorld(async ({ registry, script }, folder) => {
    const options = {
      registry,
      startDevice: () => Promise.resolve({ report: device, line: "" }),
      quickSettings(name: string) {
        if (name !== script.name) throw new ConfigError("no budgets");
        return ({ steps }: object & { readonly steps?: number }) => ({ steps: steps! + 5 });
      },
    };
    const path = `${folder}/run`;
    const run = (...args: string[]) => captureOutput(() => runCommand(args, options));
    const { result } = await run("script", "--quick", "--quiet", "--out", path);
    assertEquals(result, 0);
    assertEquals((await readRecord(path)).config.steps, 7);
    // What somebody sets counts still.
    await run("script", "--quick", "--quiet", "--out", `${path}2`, "--set", "steps=3");
    assertEquals((await readRecord(`${path}2`)).config.steps, 3);
    const { err } = await run("script", "--resume", path, "--quick");
    assert(err.includes("Cannot use --quick with --resume"), err);
  }));
