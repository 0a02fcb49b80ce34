// A command line with experiments of its own, so that the tests need no tensors.
import { z } from "zod";
import { CheckpointError, RunError, yieldToEvents } from "../../lib/core/mod.ts";
import { type Arms, type Experiment, runCommand } from "../../lib/tracking/mod.ts";

const schema = z.strictObject({
  agents: z.int().min(1).max(9).default(3).describe("agents that answer each question"),
  work: z.strictObject({
    steps: z.int().min(0).default(3).describe("steps of work"),
    milliseconds: z.number().min(0).default(0).describe("length of a step, in ms"),
    mode: z.enum(["count", "fail", "bug", "warn", "twice", "foreign"]).default("count"),
  }),
  saveTo: z.string().default("").describe("folder that it would write to, too"),
}).refine(({ agents, work }) => agents > 1 || work.steps < 5, {
  error: "One agent cannot work more than four steps",
  path: ["agents"],
});

const dummy: Experiment<z.infer<typeof schema>> = {
  name: "dummy",
  summary: "Counts steps",
  minutes: "0 anywhere",
  schema,
  defaultConfig: new URL("./dummy.yaml", import.meta.url),
  changeable: ["work.steps", "saveTo"],
  writesTo: ({ saveTo }) => saveTo === "" ? [] : [saveTo],
  async run({ agents, work }, { run, random, signal, progress, log, resumed }) {
    const statePath = run.file("state.json");
    const state = resumed ? JSON.parse(await Deno.readTextFile(statePath)) : { step: 0 };
    log(`agents ${agents}, first draw ${random.uniform()}`);
    if (work.mode === "fail") throw new RunError("Cannot go on", { remedy: "Try again" });
    if (work.mode === "foreign") throw new CheckpointError("Cannot load a model of something else");
    if (work.mode === "warn") console.warn("a package's warning");
    if (work.mode === "twice") {
      using _part = {
        [Symbol.dispose]: () => {
          throw new TypeError("the part cannot be ended either");
        },
      };
      throw new RunError("Cannot go on", { remedy: "Try again" });
    }
    if (work.mode === "bug") throw new TypeError("a mistake in code");
    using task = progress.task("step", { total: work.steps, done: state.step });
    while (state.step < work.steps) {
      await new Promise((resolve) => setTimeout(resolve, work.milliseconds));
      state.step++;
      task.advance();
      await run.writeJson("state.json", state);
      log(`step ${state.step}`);
      await yieldToEvents(signal);
    }
    log(`done after ${state.step} steps`);
  },
};

const arms: Arms = {
  name: "pair",
  summary: "Two arms",
  minutes: "0 anywhere",
  script: "dummy",
  settings: {},
  arms: { "few steps": { work: { steps: 1 } }, "many steps": { work: { steps: 4 } } },
  seeds: [0],
  table: (runs) => ({
    title: "Runs",
    columns: [{ title: "arm" }],
    rows: runs.map(({ arm }) => [arm]),
  }),
};

Deno.exit(
  await runCommand(Deno.args, {
    registry: {
      dummy: () => Promise.resolve({ experiment: dummy }),
      other: () => Promise.resolve({ experiment: { ...dummy, name: "other", summary: "Another" } }),
      pair: () => Promise.resolve({ arms }),
    },
    startDevice: (choice, { dtype = "float32" }) =>
      Promise.resolve({
        report: {
          backend: choice === "webgpu" ? "webgpu" : "maporl-cpu",
          name: "a device",
          products: "none",
          numThreads: 1,
          dtype,
          reason: `${choice} asked for`,
        },
        line: `device: ${choice}`,
      }),
  }),
);
