import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { type ArmsByName, loadExperiment, pickArms, runCommand } from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { compare, withWorld, type World } from "./arms_world.ts";

const CHAINED: ArmsByName = {
  "both": (runOf) => ({ share: "both", from: [runOf("own"), runOf("shared")] }),
  "shared": {},
  "own": { share: "own" },
  "last, of all": { share: "last", steps: 3 },
};

const armsOf = ({ arms }: World) => ({ ...arms, arms: CHAINED, tables: () => ({}) });

/** What a command line prints, where these arms are known. */
async function command(world: World, ...args: string[]) {
  const registry = { ...world.registry, compared: () => Promise.resolve({ arms: armsOf(world) }) };
  const startDevice = () => Promise.reject(new Error("nothing may run"));
  return await captureOutput(() => runCommand(args, { registry, startDevice }));
}

Deno.test("pickArms() gives arms in their order with those that they begin with, and tables of all for all alone", () =>
  withWorld((world) => {
    const arms = armsOf(world);
    const picked = (...names: string[]) => {
      const { arms: kept, tables } = pickArms(arms, names);
      return [Object.keys(kept), tables !== undefined];
    };
    assertEquals(picked(), [Object.keys(CHAINED), true]);
    assertEquals(picked("last, of all"), [["last, of all"], false]);
    assertEquals(picked("last, of all", "shared"), [["shared", "last, of all"], false]);
    assertEquals(picked("both"), [["both", "shared", "own"], false]);
    assertEquals(picked("last, of all", "both"), [Object.keys(CHAINED), true]);
    assertThrows(() => pickArms(arms, ["toString"]), ConfigError, "has no such arm");
    const single = { ...arms, arms: { "own": {} } };
    const { remedy } = assertThrows(() => pickArms(single, ["shared"]), ConfigError);
    assertEquals(remedy, "Leave out --arm");
    return Promise.resolve();
  }));

Deno.test("arms whose names differ in signs alone are refused, as pages of their runs would be one", () =>
  withWorld(async (world) => {
    const arms = { ...world.arms, arms: { "α = 0": {}, "other": {}, "β = 0": {}, "α: 0": {} } };
    const registry = { ...world.registry, compared: () => Promise.resolve({ arms }) };
    const error = await assertRejects(() => loadExperiment("compared", registry), ConfigError);
    assertStringIncludes(error.message, '"α = 0" and "α: 0" both become alpha-0');
  }));

Deno.test("runArms() runs a picked arm with settings that are its own, and finds its run again", () =>
  withWorld(async (world, folder) => {
    const all = { ...world, arms: { ...world.arms, arms: CHAINED } };
    const only = (name: string) => ({ ...all, arms: pickArms(all.arms, [name]) });
    const first = await compare(only("own"), folder, { seeds: [0] });
    assertEquals([first.started, first.runs.map(({ arm }) => arm)], [["own 0"], ["own"]]);
    const set = await compare(only("own"), folder, { seeds: [0], sets: ["share=other"] });
    assertEquals(set.started, ["other 0"]);
    const both = await compare(only("both"), folder, { seeds: [0] });
    assertEquals(both.started, ["all 0", "both 0"]);
    assertEquals((await compare(all, folder, { seeds: [0] })).started, ["last 0"]);
  }));

Deno.test("--arm is refused with the nearest name, where there are no arms, and for a run that goes on", () =>
  withWorld(async (world, folder) => {
    const refused: [string[], string][] = [
      [
        ["compared", "--arm", "last of all"],
        `Cannot run arm "last of all" as compared has no such arm. Did you mean "last, of all"? ` +
        `There are: "both", "shared", "own", "last, of all"\n  deno task experiment compared --help`,
      ],
      [["compared", "--arm", "own", "--arm", "zebra"], "Cannot run arm zebra as compared has no"],
      [["script", "--arm", "own"], "Cannot use --arm with script as it must be an experiment with"],
      [["compared", "--arm", ""], "Cannot use --arm as it needs a value: it is empty"],
    ];
    for (const [args, message] of refused) {
      const { result, err } = await command(world, ...args);
      assertEquals(result, 2);
      assertStringIncludes(err, message);
    }
    const { places } = await compare(world, folder, { seeds: [0] });
    const { result, err } = await command(world, "--resume", places[1]!.path, "--arm", "own");
    assertEquals(result, 2);
    assertStringIncludes(err, "Cannot use --arm with --resume");
  }));

Deno.test("--help names the arms, what they begin with, and the arm whose defaults it shows", () =>
  withWorld(async (world) => {
    const { out } = await command(world, "compared", "--help");
    assertStringIncludes(
      out,
      [
        "Arms (all run, or by themselves those that --arm NAME names):",
        "  both          begins with: own; shared",
        "  shared",
        "  own",
        "  last, of all",
        "",
        'Options of "both" (--set path=value, or a YAML file with --config):',
      ].join("\n"),
    );
    const last = await command(world, "compared", "--help", "--arm", "last, of all");
    assertStringIncludes(last.out, 'Options of "last, of all" (--set');
    assertStringIncludes(last.out, "  steps: integer; default 3");
    const script = await command(world, "script", "--help");
    assertStringIncludes(script.out, "\nOptions (--set");
    assertEquals(script.out.includes("Arms ("), false);
  }));
