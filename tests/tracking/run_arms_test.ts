import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { parseSetting } from "../../lib/core/config_layers.ts";
import { ConfigError, resolveConfig, RunError } from "../../lib/core/mod.ts";
import {
  madeByRuns,
  readRecord,
  type RunRecord,
  settingsBetween,
  writeRecord,
} from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { compare, withWorld } from "./arms_world.ts";
import { device } from "./tiny_run.ts";

Deno.test("runArms() runs every arm for every seed once, and reuses what is finished", () =>
  withWorld(async (world, folder) => {
    const first = await compare(world, folder);
    assertEquals(first.started, ["all 0", "own 0", "all 1", "own 1"]);
    assertEquals(world.arms.table(first.runs).rows, [
      ["shared", 0, 2],
      ["own", 0, 1],
      ["shared", 1, 2],
      ["own", 1, 1],
    ]);
    assertStringIncludes(first.out, "there is none yet");
    const second = await compare(world, folder);
    assertEquals(second.started, []);
    assertEquals(second.runs, first.runs);
    assertStringIncludes(second.out, "same settings, inputs and code");
    // What the record says is what the command line would do again.
    const { commandLine, config } = await readRecord(first.places[1]!.path);
    assertEquals(commandLine.filter((word) => word.includes("=")), [
      `base=${JSON.stringify(`${folder}/base`)}`,
      `share="own"`,
    ]);
    assertEquals(config.share, "own");
  }));

Deno.test("runArms() reuses no run of other settings, inputs or code, and says which is new", () =>
  withWorld(async (world, folder) => {
    const { places } = await compare(world, folder, { seeds: [0] });
    const other = await compare(world, folder, { seeds: [0], sets: ["discount=null"] });
    assertEquals(other.started, ["all 0", "own 0"]);
    assertStringIncludes(
      other.out,
      `no kept run has these settings; the nearest, ${places[0]!.path}, differs in discount`,
    );
    assertEquals((await readRecord(other.places[0]!.path)).config.discount, null);

    await Deno.writeTextFile(`${folder}/base`, "other weights");
    const inputs = await compare(world, folder, { seeds: [0] });
    assertEquals(inputs.started, ["all 0", "own 0"]);
    assertStringIncludes(inputs.out, `what its settings name has changed since ${places[0]!.path}`);
    await Deno.writeTextFile(`${folder}/base`, "weights");

    // A run of the same settings by other code: its folder is named after that.
    const made = await readRecord(places[0]!.path);
    const older = places[0]!.path.replace(made.versions.code!.slice(0, 8), "00000000");
    assert(older !== places[0]!.path);
    await Deno.rename(places[0]!.path, older);
    const code = await compare(world, folder, { seeds: [0] });
    assertEquals(code.started, ["all 0"]);
    assertStringIncludes(code.out, `the code has changed since ${older}`);
  }));

Deno.test("runArms() does not reuse a run that was gone on with, whatever its folder is called", () =>
  withWorld(async (world, folder) => {
    const { places } = await compare(world, folder, { seeds: [0] });
    const { path } = places[0]!;
    await captureOutput(() => world.run(["--resume", path, "--set", "steps=5", "--quiet"]));
    const again = await compare(world, folder, { seeds: [0] });
    assertEquals(again.started, ["all 0"]);
    assertStringIncludes(again.out, `${path} was gone on with in other settings`);
    assertEquals(again.places[0]!.path, `${path}-2`);
    assertEquals((await compare(world, folder, { seeds: [0] })).started, []);
  }));

Deno.test("madeByRuns() says what each run was made by, and once what all share", () =>
  withWorld(async (world, folder) => {
    const { places } = await compare(world, folder, { seeds: [3] });
    const half = { ...device, dtype: "bfloat16" };
    const { uses, runs } = await madeByRuns(places);
    const [shared, own] = runs as Record<string, unknown>[];
    assertEquals([shared!.arm, shared!.seed, own!.arm], ["shared", 3, "own"]);
    assertStringIncludes(
      String(shared!.command),
      "deno task experiment script --seed 3 --dtype float32",
    );
    assertStringIncludes(String(own!.command), `--set 'share="own"'`);
    const [use, ...others] = uses as Record<string, unknown>[];
    assertEquals(others, []);
    assertEquals([use!.products, use!.processor], [device.products, device.name]);
    assertEquals(use!.code, (await readRecord(places[0]!.path)).versions.code);
    // One that went on elsewhere has both.
    const record = await readRecord(places[1]!.path);
    const { commandLine, versions } = record;
    const resumed = [{ time: record.started, commandLine, versions, device: half }];
    await writeRecord(places[1]!.path, { ...record, resumed } as RunRecord);
    const other = await madeByRuns(places);
    assertEquals((other.runs as Record<string, unknown>[]).map(({ uses }) => uses), ["0", "0, 1"]);
    assertEquals((other.uses as Record<string, unknown>[]).map(({ dtype }) => dtype), [
      "float32",
      "bfloat16",
    ]);
  }));

Deno.test("runArms() stops where a run is interrupted, and goes on with it the next time", () =>
  withWorld(async (world, folder) => {
    world.world.stopsAt = "own";
    const stopped = await compare(world, folder, { seeds: [0] });
    assertEquals([stopped.code, stopped.runs.length], [130, 1]);
    assertStringIncludes(stopped.err, "Or repeat the same command: it keeps what is finished");
    world.world.stopsAt = undefined;
    const whole = await compare(world, folder, { seeds: [0] });
    assertEquals(whole.started, ["own 0 resumed"]);
    assertStringIncludes(whole.out, "it is interrupted");
    assertEquals(whole.runs.map(({ arm }) => arm), ["shared", "own"]);
  }));

Deno.test("runArms() says of a run that saved nothing that it was stopped, not that code has changed", () =>
  withWorld(async (world, folder) => {
    const { places } = await compare(world, folder, { seeds: [0] });
    // What a start leaves that is stopped before anything is saved.
    const { path } = places[0]!;
    for await (const { name } of Deno.readDir(path)) {
      if (name !== ".lock") await Deno.remove(`${path}/${name}`, { recursive: true });
    }
    const again = await compare(world, folder, { seeds: [0] });
    assertEquals(again.started, ["all 0"]);
    assertStringIncludes(again.out, `running ${path}: it was stopped before it saved anything`);
  }));

Deno.test("runArms() goes on with a finished run without one of its frames, which writes it again", () =>
  withWorld(async (world, folder) => {
    const { places, runs } = await compare(world, folder, { seeds: [0] });
    const { path } = places[1]!;
    // The report reads all of them, after all runs.
    for (const frame of ["evaluations.parquet", "answers.parquet"]) {
      const file = `${path}/${frame}`;
      const whole = await Deno.readFile(file);
      for (const damage of [() => Deno.remove(file), () => Deno.writeTextFile(file, "PAR1")]) {
        await damage();
        const again = await compare(world, folder, { seeds: [0] });
        assertStringIncludes(
          again.out,
          `going on with ${path}: one of its frames is gone or damaged`,
        );
        assertEquals(again.runs, runs);
        assertEquals(await Deno.readFile(file), whole);
      }
    }
  }));

Deno.test("runArms() refuses a frame whose bytes were changed, with a remedy that works", () =>
  withWorld(async (world, folder) => {
    const { places, runs } = await compare(world, folder, { seeds: [0] });
    const frame = `${places[1]!.path}/evaluations.parquet`;
    const bytes = await Deno.readFile(frame);
    bytes[bytes.length >> 1]! ^= 1; // in its size, so that only who reads it can tell
    await Deno.writeFile(frame, bytes);
    const { remedy } = await assertRejects(
      () => compare(world, folder, { seeds: [0] }),
      RunError,
      frame,
    );
    const [, resume] = remedy!.match(/its parts: deno task experiment --resume (\S+)$/)!;
    const mended = await captureOutput(() => world.run(["--resume", resume!, "--quiet"]));
    assertEquals(mended.result, 0, mended.err);
    assertEquals((await compare(world, folder, { seeds: [0] })).runs, runs);
  }));

Deno.test("runArms() names the arm whose settings contradict somebody's", () =>
  withWorld(async (world, folder) => {
    await assertRejects(
      () => compare(world, folder, { sets: ["steps=many"] }),
      ConfigError,
      "Cannot run arm shared: Cannot use the configuration: steps must be",
    );
  }));

Deno.test("runArms() refuses a setting that tells the arms apart, and says where it stands", () =>
  withWorld(async (world, folder) => {
    const error = await assertRejects(
      () => compare(world, folder, { sets: ["share=none"] }),
      ConfigError,
      `Cannot set share for all arms of compared as it tells them apart: "own" has its own`,
    );
    assertEquals(error.remedy, "Change it for that arm by itself: --arm own");
  }));

Deno.test("the command line runs the arms of an experiment for one seed and prints its table", () =>
  withWorld(async ({ run, started }, folder) => {
    const refused = await captureOutput(() => run(["compared", "--out", `${folder}/r`]));
    assertEquals(refused.result, 2);
    assertStringIncludes(
      refused.err,
      "Cannot use --out with compared as it has a run for each arm",
    );
    assertEquals(started, []);
  }));

Deno.test("settingsBetween() gives the settings that make one configuration of another", () => {
  const from = { a: { b: 1, c: [1, 2] }, d: null, e: "x", f: { g: 1 } };
  const to = { a: { b: 1, c: [1, 3] }, d: { h: true }, e: 'say "y", # z', f: null };
  const sets = settingsBetween(from, to);
  assertEquals(sets, ["a.c=[1,3]", `d={"h":true}`, `e="say \\"y\\", # z"`, "f=null"]);
  assertEquals(sets.map((set) => parseSetting(set).value), [[1, 3], { h: true }, to.e, null]);
});

Deno.test("settingsBetween() makes a run of the defaults whatever follows another setting", () => {
  const base = resolveConfig(maporlSchema, []);
  const deviating = [
    ...["compat=official", "reward.compat=paper"],
    ...["reward.tieRule=right", "reward.followOthers=1"],
  ];
  const ofFiles = ["task.name=jsonl", "task.files.train=a", "task.files.test=b"];
  for (const sets of [[], ["algorithm.updates=3"], ["compat=official"], deviating, ofFiles]) {
    const config = resolveConfig(maporlSchema, [], sets);
    assertEquals(resolveConfig(maporlSchema, [], settingsBetween(base, config)), config);
  }
});
