import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  linePlot,
  questionsOf,
  RunFolder,
  savePlot,
  writeSummary,
} from "../../lib/tracking/mod.ts";

Deno.test("writeSummary() writes results and how they were made, with plots beside them, and with the commands that changed settings", async () => {
  const root = await Deno.makeTempDir();
  try {
    const run = await RunFolder.create({
      experiment: "quickstart",
      seed: 3,
      config: {},
      device: {
        backend: "maporl-cpu",
        name: "cpu",
        products: "BLAS",
        numThreads: 2,
        dtype: "float32",
        reason: "",
      },
      commandLine: ["quickstart", "--set", "a.b=[1, 2]"],
    }, { out: `${root}/run` });
    const points = [{ series: "a", x: 0, y: 1 }, { series: "a", x: 1, y: 2 }];
    const file = await savePlot(
      run,
      "plots/curve",
      linePlot({ title: "t", x: { title: "x" }, y: { title: "y" }, points }),
    );
    assertEquals(file, "plots/curve.svg");
    await writeSummary(run, {
      text: "It works.",
      tables: [{ title: "Table", columns: [{ title: "model" }], rows: [["base"]] }],
      plots: [{ file, caption: "A curve" }],
    });
    const text = await Deno.readTextFile(`${run.path}/summary.md`);
    for (
      const part of [
        "# quickstart, seed 3\n\nIt works.\n\n**Table**\n\n| model |\n|---|\n| base |\n",
        "![A curve](plots/curve.svg)",
        "deno task experiment quickstart --set 'a.b=[1, 2]'",
        "- device: maporl-cpu, cpu, BLAS",
      ]
    ) assertStringIncludes(text, part);
    assertEquals([...Deno.readDirSync(`${run.path}/plots`)].map(({ name }) => name).sort(), [
      "curve.png",
      "curve.svg",
    ]);
    await run.finish("finished");
    const { config, device } = run.record;
    for (const set of [[], ["--set", "a.b=[3, 4]"], ["--set=a.c=5"], []]) {
      const commandLine = ["--resume", "run", ...set];
      const resumed = await RunFolder.resume(run.path, { config, device, commandLine });
      await writeSummary(resumed, { tables: [] });
      await resumed.finish("finished");
    }
    assertStringIncludes(
      await Deno.readTextFile(`${run.path}/summary.md`),
      "```\ndeno task experiment quickstart --set 'a.b=[1, 2]'\n" +
        "deno task experiment --resume run --set 'a.b=[3, 4]'\n" +
        "deno task experiment --resume run --set=a.c=5\n```\n",
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("questionsOf() names seeds of drawn questions, and versions of those from files", () => {
  const rowsOf = (seeds: string[], evaluation: string) =>
    seeds.map((questionSeed) => ({ questionSeed, evaluation, update: 0 }));
  const name = (...seeds: string[]) => questionsOf(rowsOf(seeds, "test"));
  assertEquals(name("1", "1"), "test questions of seed 1");
  assertEquals(name("0", "12"), "test questions of seed 0, 12");
  assertEquals(name("3e5f0c1a92b47d68"), "test questions of version 3e5f0c1a92b47d68");
  assertEquals(questionsOf(rowsOf(["1"], "validation")), "validation questions of seed 1");
});
