import { assertEquals, assertThrows } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { parseSetting } from "../../lib/core/config_layers.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import {
  checkOutside,
  deviceOfResumed,
  linkedFolders,
  nextStep,
  placesOutside,
  resumedConfig,
  RunFolder,
} from "../../lib/tracking/mod.ts";
import { description, device, withFolder } from "./tiny_run.ts";

Deno.test("deviceOfResumed() takes what the run computed on last, unless something else is asked for", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create({
      ...description,
      device: { ...device, backend: "webgpu", dtype: "bfloat16" },
    }, { out: `${root}/run` });
    await run.finish("finished");
    const nothing = { device: undefined, dtype: undefined };
    assertEquals(deviceOfResumed(nothing, run.record), { device: "webgpu", dtype: "bfloat16" });
    const asked = { device: "cpu", dtype: "float32" } as const;
    assertEquals(deviceOfResumed(asked, run.record), asked);
    const resumed = [{ ...run.record, time: "", device }];
    assertEquals(deviceOfResumed(nothing, { ...run.record, resumed }), {
      device: "cpu",
      dtype: "float32",
    });
  }));

Deno.test("placesOutside() names what does not lie in the folder, however it is written", () => {
  const places = ["runs/a/model", "./runs/../runs/a/x/y", "runs/ab", "runs/a/../b", "/model", "."];
  assertEquals(placesOutside("runs/a", places), places.slice(2));
});

Deno.test("checkOutside() lets a resumption write outside only if its command line says so", () => {
  const command = { sets: [], allowOutside: false };
  checkOutside("runs/a", ["runs/a/model"], command);
  checkOutside("runs/a", ["elsewhere"], { ...command, allowOutside: true });
  checkOutside("runs/a", ["elsewhere"], {
    ...command,
    sets: [{ keys: ["saveTo"], value: "elsewhere" }],
  });
  const error = assertThrows(
    () => checkOutside("runs/a", ["elsewhere"], command),
    ConfigError,
    "Cannot resume runs/a as it must write to its own folder: it also writes to elsewhere",
  );
  assertEquals(error.remedy, "Add --allow-outside if that is meant");
});

Deno.test({
  name:
    "linkedFolders() names where links of a run's folder lead, as files would be replaced there",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withFolder(async (root) => {
      const run = `${await Deno.realPath(root)}/run`;
      await Deno.mkdir(`${run}/own`, { recursive: true });
      await Deno.mkdir(`${root}/elsewhere`);
      await Deno.writeTextFile(`${root}/file`, "");
      const links = {
        checkpoints: "elsewhere", // nothing is replaced behind it
        inside: "run/own",
        file: "file",
        nowhere: "nowhere",
        model: "elsewhere",
      };
      for (const [name, to] of Object.entries(links)) {
        await Deno.symlink(`${root}/${to}`, `${run}/${name}`);
      }
      const elsewhere = await Deno.realPath(`${root}/elsewhere`);
      assertEquals(await linkedFolders(run), [elsewhere]);
      await Deno.symlink(run, `${root}/link`);
      assertEquals(await linkedFolders(`${root}/link`), [elsewhere]);
    }),
});

Deno.test("nextStep() prints a command that works, and none where none does", () =>
  withFolder(async (root) => {
    const folder = `${root}/it's mine`;
    await Deno.mkdir(folder);
    const nothing = "Nothing was saved: start it again, also with the same --out";
    assertEquals(await nextStep(folder, [], { isInterrupted: false }), nothing);
    const quoted = `'${root}/it'\\''s mine'`;
    const goOn = `Go on with it: deno task experiment --resume ${quoted}`;
    assertEquals(await nextStep(folder, [], { isInterrupted: true }), goOn);
    await Deno.writeTextFile(`${folder}/model`, "");
    assertEquals(await nextStep(folder, [`${folder}/x`], { isInterrupted: false }), goOn);
    assertEquals(
      await nextStep(folder, [`${root}/x`], { isInterrupted: false }),
      `${goOn} --allow-outside`,
    );
    // A resumption that saved nothing is begun again as it was, or not as it was refused.
    const untouchedBy = ["--resume", "my runs/a", "--set", "algorithm.updates=9"];
    assertEquals(
      await nextStep(folder, [], { isInterrupted: true, untouchedBy }),
      "Go on with it: deno task experiment --resume 'my runs/a' --set algorithm.updates=9",
    );
    assertEquals(await nextStep(folder, [], { isInterrupted: false, untouchedBy }), null);
    await Deno.remove(`${folder}/model`);
    assertEquals(await nextStep(folder, [], { isInterrupted: false, untouchedBy }), nothing);
    await Deno.remove(folder, { recursive: true });
    assertEquals(await nextStep(folder, [], { isInterrupted: false }), nothing);
  }));

Deno.test("resumedConfig() advises what a resumption can do about settings that it cannot use", () => {
  const experiment = {
    schema: maporlSchema,
    changeable: ["algorithm.updates", "evaluation.every"],
  };
  const resume = (config: object, ...sets: string[]) =>
    resumedConfig(experiment, config, sets.map((set) => parseSetting(set)));
  const remedyOf = (config: object, ...sets: string[]) =>
    assertThrows(() => resume(config, ...sets), ConfigError).remedy;
  // Said nothing while nothing was trained, and cannot be taken back.
  const untrained = resolveConfig(maporlSchema, [], [
    "algorithm.updates=0",
    "reward.tieRule=right",
  ]);
  assertEquals(
    remedyOf(untrained, "algorithm.updates=4"),
    "Leave out algorithm.updates, or start a new run without --resume",
  );
  assertEquals(resume(untrained).after, resume(untrained).before);
  // What the command line itself says wrong, or can set otherwise, it can say right.
  const evaluated = resolveConfig(maporlSchema, [], ["evaluation.every=4"]);
  assertEquals(remedyOf(evaluated, "algorithm.updates=-1"), undefined);
  assertEquals(remedyOf(evaluated, "algorithm.updates=4"), undefined);
  // A run from before a rule, which refuses it today.
  const older = { ...evaluated, algorithm: { ...evaluated.algorithm, updates: 4 } };
  assertEquals(resume(older, "evaluation.every=0").before, older);
  const never = { ...evaluated, reward: { ...evaluated.reward, tieRule: "right" } };
  assertEquals(remedyOf(never), "Start a new run without --resume");
});
