import { assert, assertEquals } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

interface Changes {
  readonly algorithm?: object;
  readonly discussion?: object;
  readonly evaluation?: object;
}

/** Settings at which something that a report tells of does not exist; what is missing, what is there. */
const CASES: [string, Changes, { without: string[]; with: string[] }][] = [
  ["one turn", {
    discussion: { numTurns: 1 },
    algorithm: { trainGroups: ["first"] },
  }, {
    without: ["Transitions", "Strategies", "last - first", ".png"],
    with: ["Accuracy of the majority vote", "Accuracy of each agent"],
  }],
  ["one agent", { discussion: { numAgents: 1 } }, {
    without: ["majority vote", "at least one agent", "Accuracy of each agent"],
    with: ["Transitions", "last - first", "accuracy_by_turn.png", "strategies.png"],
  }],
  ["one agent, one turn", {
    discussion: { numAgents: 1, numTurns: 1 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
  }, {
    // The oracle of these settings is right in all; seats_test.ts has the table of verifiers.
    without: ["Transitions", "majority vote", ".png", "Verifier on held-out"],
    with: ["Answers that are invalid"],
  }],
  ["all turns in one group", {
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
  }, { without: [], with: ["accuracy_by_turn.png", "strategies.png"] }],
  ["no update", { algorithm: { updates: 0 } }, {
    without: ["strategies.png"],
    with: ["accuracy_by_turn.png", "off-the-shelf again"],
  }],
  ["a consensus at once", { discussion: { consensusFraction: 0, consensusReward: 0 } }, {
    without: [],
    with: ["MAPoRL"],
  }],
  ["an official evaluation of discussions that end at once", {
    discussion: { consensusFraction: 0, consensusReward: 0 },
    evaluation: { compat: "official" },
  }, { without: [], with: ["MAPoRL"] }],
  ["another evaluation than training", {
    discussion: { numTurns: 1 },
    algorithm: { trainGroups: ["first"] },
    evaluation: { numAgents: 3, numTurns: 2 },
  }, { without: ["strategies.png"], with: ["Transitions", "accuracy_by_turn.png"] }],
  ["one turn evaluated of several", { evaluation: { numAgents: 1, numTurns: 1 } }, {
    without: ["Transitions", "accuracy_by_turn.png", "majority vote"],
    with: ["strategies.png"],
  }],
  ["one question", { evaluation: { numQuestions: 1 } }, { without: [], with: ["MAPoRL - off"] }],
];

for (const [name, changes, { without, with: present }] of CASES) {
  Deno.test(`quickstart's report leaves out what does not apply: ${name}`, () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/run`;
      const tiny = tinyQuickstart(await saveTinyBase(folder), {
        updates: 1,
        trainGroups: ["rest"],
        warmupSteps: 1,
        ...changes.algorithm,
      });
      const config = {
        ...tiny,
        discussion: { ...tiny.discussion, ...changes.discussion },
        evaluation: { ...tiny.evaluation, ...changes.evaluation },
      };
      const lines = await runExperiment(experiment, { path, config });
      const summary = await Deno.readTextFile(`${path}/summary.md`);
      for (const text of present) assert(summary.includes(text), `${text}\n${summary}`);
      for (const text of without) assert(!summary.includes(text), `${text}\n${summary}`);
      assert(!/NaN|undefined|· ·|· $/m.test([summary, ...lines].join("\n")), lines.join("\n"));
      const pictures = filesOf(path).filter((file) => file.endsWith(".png"));
      const shown = [...summary.matchAll(/\]\((.+?\.png)\)/g)].map(([_, file]) => file!);
      assertEquals(shown.sort(), pictures);
    }));
}

Deno.test("quickstart says once, at its first evaluation, that no answer could be read, and goes on", () =>
  withTempFolder(async (folder) => {
    const tiny = tinyQuickstart(await saveTinyBase(folder), { updates: 1, warmupSteps: 1 });
    const config = { ...tiny, evaluation: { ...tiny.evaluation, numQuestions: 1 } };
    const linesOf = (name: string, changes: object) =>
      runExperiment(experiment, { path: `${folder}/${name}`, config: { ...config, ...changes } });
    const isUnread = (line: string) => line.includes("answers could be read");
    // A random model hardly ever hits upon one of three labels; 2 agents, 2 turns.
    const lines = await linesOf("labels", { task: { name: "entailment", difficulty: 1 } });
    const [unread, ...more] = lines.filter(isUnread);
    assert(/^0 of 4 answers could be read, for example: "\S.*"$/.test(unread ?? ""), unread);
    assertEquals(more, []);
    const places = [unread!, lines.find((line) => line.startsWith("update 1: "))!]
      .map((line) => lines.indexOf(line));
    assert(places[0]! < places[1]! && lines.some((line) => line.startsWith("MAPoRL: mean acc")));
    // Numbers are hit upon now and then.
    assertEquals((await linesOf("numbers", {})).filter(isUnread), []);
  }));
