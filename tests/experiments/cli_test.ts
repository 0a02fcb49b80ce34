import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readRecord } from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const main = new URL("./dummy_main.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

interface Result {
  code: number;
  out: string;
  err: string;
}

function command(cwd: string, args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=experiment", "--config", config, main, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

async function cli(cwd: string, ...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await command(cwd, args).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("the command line lists, explains and refuses, without making a run", () =>
  withTempFolder(async (cwd) => {
    const [list, help, unknown, flag, seed, device] = await Promise.all([
      cli(cwd),
      cli(cwd, "dummy", "--help"),
      cli(cwd, "dumy"),
      cli(cwd, "dummy", "--sed", "1"),
      cli(cwd, "dummy", "--seed", "one"),
      cli(cwd, "dummy", "--device=gpu"),
    ]);
    assertEquals(list.code, 0);
    assertStringIncludes(list.out, "  dummy  Counts steps (minutes: 0 anywhere)\n");
    assertStringIncludes(list.out, "  other  Another (minutes: 0 anywhere)\n");

    assertEquals(help.code, 0);
    assertStringIncludes(
      help.out,
      "  agents: integer in [1, 9]; default 2\n      agents that answer",
    );
    assertStringIncludes(
      help.out,
      "  work.milliseconds: number >= 0; default 0\n      length of a step, in ms",
    );
    assertStringIncludes(help.out, '  work.mode: "count" | "fail"');
    assertStringIncludes(help.out, "May change on --resume: work.steps");
    for (const name of ["config", "set", "seed", "device", "out", "resume", "quiet", "debug"]) {
      assertStringIncludes(help.out, `  --${name}`);
    }

    const refused: [Result, string][] = [
      [
        unknown,
        "Cannot run dumy as there is no such experiment. Did you mean dummy? There are: dummy, other",
      ],
      [flag, "Cannot use --sed as there is no such flag. Did you mean --set?"],
      [seed, "Cannot use --seed as it must be an integer in [0, 9007199254740991]: one"],
      [device, "Cannot use --device as it must be auto, webgpu, cpu: gpu"],
    ];
    for (const [result, message] of refused) {
      assertEquals([result.code, result.out], [2, ""]);
      assertStringIncludes(result.err, message);
      assert(!result.err.includes("    at "), "no stack");
    }
    assertEquals([...Deno.readDirSync(cwd)], []);
  }));

Deno.test("the command line refuses configurations that cannot be used, all problems at once", () =>
  withTempFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/bad.yaml`, "work: {step: 1, mode: cont}\n");
    await Deno.writeTextFile(`${cwd}/broken.yaml`, "work: {\n");
    const [bad, broken, missing, impossible, noValue] = await Promise.all([
      cli(cwd, "dummy", "--config", "bad.yaml", "--set", "agents=0"),
      cli(cwd, "dummy", "--config", "broken.yaml"),
      cli(cwd, "dummy", "--config", "none.yaml"),
      cli(cwd, "dummy", "--set", "agents=1", "--set", "work.steps=5"),
      cli(cwd, "dummy", "--set", "agents"),
    ]);
    for (const result of [bad, broken, missing, impossible, noValue]) assertEquals(result.code, 2);
    assertStringIncludes(bad.err, "3 entries are wrong");
    assertStringIncludes(bad.err, "work.step is not an option. Did you mean work.steps?");
    assertStringIncludes(bad.err, "Allowed in work: steps, milliseconds, mode");
    assertStringIncludes(bad.err, "agents must be an integer in [1, 9]: 0");
    assertStringIncludes(
      bad.err,
      'work.mode must be "count" | "fail" | "bug" | "warn" | "twice" | "foreign": "cont"',
    );
    assertStringIncludes(broken.err, "Cannot read broken.yaml as it must be YAML");
    assertStringIncludes(missing.err, "Cannot read none.yaml as the path must exist");
    assertStringIncludes(impossible.err, "One agent cannot work more than four steps");
    assertStringIncludes(noValue.err, "--set as it takes key.path=value");
    assertEquals([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), [
      "bad.yaml",
      "broken.yaml",
    ]);
  }));

Deno.test("the command line runs an experiment into a folder and never twice into the same", () =>
  withTempFolder(async (cwd) => {
    const settings = ["--set", "agents=4", "--device", "cpu", "--quiet"];
    const first = await cli(cwd, "dummy", "--seed", "5", ...settings);
    assertEquals(first.code, 0, first.err);
    assertStringIncludes(first.out, "device: cpu\n");
    assertStringIncludes(first.out, "agents 4, first draw 0.");
    assertStringIncludes(first.out, "done after 3 steps\n");
    const path = first.out.match(/^run: (.+)$/m)![1]!;
    assertMatch(path, /^runs\/dummy\/[\d-]+_[\d-]+-s5$/);
    const record = await readRecord(`${cwd}/${path}`);
    assertEquals([record.status, record.seed], ["finished", 5]);
    assertEquals(record.config, {
      agents: 4,
      work: { steps: 3, milliseconds: 0, mode: "count" },
      saveTo: "",
    });
    assertEquals(record.commandLine[0], "dummy");

    const again = await cli(cwd, "dummy", "--out", path);
    assertEquals(again.code, 2);
    assertStringIncludes(again.err, `must be new or empty: ${path} exists`);
    assertStringIncludes(again.err, `--resume ${path}`);
    assertEquals(await readRecord(`${cwd}/${path}`), record);
  }));

Deno.test("the command line keeps the run of an error, and shows a stack only of mistakes in code", () =>
  withTempFolder(async (cwd) => {
    const [failed, debug, bug, foreign] = await Promise.all([
      cli(cwd, "dummy", "--out", "a", "--set", "work.mode=fail"),
      cli(cwd, "dummy", "--out", "b", "--set", "work.mode=fail", "--debug"),
      cli(cwd, "dummy", "--out", "c", "--set", "work.mode=bug"),
      cli(cwd, "dummy", "--out", "d", "--set", "work.mode=foreign"),
    ]);
    // What cannot be used is refused with the same code, also where only the run finds out.
    assertEquals(foreign.code, 2);
    assertStringIncludes(foreign.err, "error: Cannot load a model of something else\n");
    for (const result of [failed, debug, bug]) assertEquals(result.code, 1);
    assertStringIncludes(failed.err, "error: Cannot go on\n  Try again\n");
    assertStringIncludes(
      failed.err,
      "Nothing was saved: start it again, also with the same --out\n",
    );
    assert(!failed.err.includes("    at "), failed.err);
    assertStringIncludes(debug.err, "    at ");
    assertStringIncludes(bug.err, "TypeError: a mistake in code");
    assertStringIncludes(bug.err, "    at ");
    const record = await readRecord(`${cwd}/a`);
    assertEquals([record.status, record.error], ["failed", "Cannot go on\n  Try again"]);
    // What is said works.
    const again = await cli(cwd, "dummy", "--out", "a");
    assertEquals(again.code, 0, again.err);
    assertEquals((await readRecord(`${cwd}/a`)).status, "finished");
  }));

Deno.test("the command line says at the end of arms in which folder the run of each lies", () =>
  withTempFolder(async (cwd) => {
    const { code, out, err } = await cli(cwd, "pair", "--seed", "3");
    assertEquals(code, 0, err);
    const end = out.slice(out.indexOf("Where the run of each arm of pair lies\n")).trimEnd();
    const [, , , ...rows] = end.split("\n");
    const folders = new Map(rows.map((row) => row.split(/ {2,}/) as [string, string]));
    assertEquals([...folders.keys()], ["few steps", "many steps"]);
    const steps = async (arm: string) => (await readRecord(`${cwd}/${folders.get(arm)}`)).config;
    assertEquals(
      [(await steps("few steps")).work, (await steps("many steps")).work],
      [1, 4].map((steps) => ({ steps, milliseconds: 0, mode: "count" })),
    );
  }));

Deno.test("the command line runs one arm by itself, with what is its own set otherwise, and keeps the run", () =>
  withTempFolder(async (cwd) => {
    const args = ["pair", "--arm", "many steps", "--set", "work.steps=3"];
    const { code, out, err } = await cli(cwd, ...args);
    assertEquals(code, 0, err);
    assertEquals(out.match(/^=== .*$/gm), ["=== pair: many steps, seed 0"]);
    assertStringIncludes(out, "done after 3 steps");
    assertMatch(out, /folder\n─+ {2}─+\nmany steps {2}runs\/kept\/dummy\/\S+\n$/);
    const again = await cli(cwd, ...args);
    assertStringIncludes(again.out, "same settings, inputs and code");
  }));

Deno.test({
  name: "the command line stops cleanly on Ctrl-C, says how to go on, and goes on",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (cwd) => {
      const settings = ["--set", "work.steps=200", "--set", "work.milliseconds=20"];
      const process = command(cwd, ["dummy", "--out", "r", "--seed", "3", ...settings]).spawn();
      const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let out = "";
      while (!out.includes("step 2\n")) out += (await reader.read()).value ?? "";
      process.kill("SIGINT");
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        out += read.value;
      }
      const err = await new Response(process.stderr).text();
      const { code } = await process.status;
      assertEquals(code, 130, err);
      assertStringIncludes(out, "Stopping after this step and saving");
      assertStringIncludes(err, "Interrupted; the run is in r\n");
      assertStringIncludes(err, "Go on with it: deno task experiment --resume r\n");
      assertEquals((await readRecord(`${cwd}/r`)).status, "interrupted");
      const { step } = JSON.parse(await Deno.readTextFile(`${cwd}/r/state.json`));
      assert(step >= 2 && step < 200);

      const [other, seed, wrong] = await Promise.all([
        cli(cwd, "--resume", "r", "--set", "work.milliseconds=0"),
        cli(cwd, "--resume", "r", "--seed", "4"),
        cli(cwd, "other", "--resume", "r"),
      ]);
      for (const result of [other, seed, wrong]) assertEquals(result.code, 2, result.out);
      assertStringIncludes(
        other.err,
        "Cannot resume r with another work.milliseconds as that would be another run",
      );
      assertStringIncludes(other.err, "On --resume may change: work.steps");
      assertStringIncludes(seed.err, "Cannot use --seed with --resume");
      assertStringIncludes(wrong.err, "Cannot use other with --resume");

      const steps = step + 2;
      const resumed = await cli(cwd, "--resume", "r", "--set", `work.steps=${steps}`);
      assertEquals(resumed.code, 0, resumed.err);
      assertStringIncludes(resumed.out, "run: r (resumed)\n");
      assertStringIncludes(
        resumed.out,
        `step ${step + 1}\nstep ${steps}\ndone after ${steps} steps\n`,
      );
      const draw = (text: string) => text.match(/first draw (.*)/)?.[1];
      assertEquals(draw(resumed.out), draw(out));
      assertEquals((await readRecord(`${cwd}/r`)).status, "finished");
    }),
});

Deno.test({
  name: "the command line ends at once on a second Ctrl-C, and lets the folder go",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (cwd) => {
      const process = command(cwd, ["dummy", "--out", "r", "--set", "work.milliseconds=60000"])
        .spawn();
      const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let out = "";
      const until = async (text: string) => {
        while (!out.includes(text)) out += (await reader.read()).value ?? "";
      };
      await until("agents 2");
      process.kill("SIGINT");
      await until("Ctrl-C again stops at once");
      await new Promise((resolve) => setTimeout(resolve, 400)); // sooner it counts as the same one
      process.kill("SIGINT");
      await reader.cancel();
      await process.stderr.cancel();
      assertEquals((await process.status).code, 130);
      assertEquals((await readRecord(`${cwd}/r`)).status, "running"); // as after a crash
      await Deno.writeTextFile(`${cwd}/r/state.json`, '{"step": 3}');
      assertEquals((await cli(cwd, "--resume", "r")).code, 0);
    }),
});
