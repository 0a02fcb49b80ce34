/** Follows the remedies that errors print: each must work. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { withTempFolder } from "../support/small_world.ts";

const main = new URL("./dummy_main.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

async function cli(cwd: string, ...args: string[]): Promise<{ code: number; err: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=experiment", "--config", config, main, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

/** A command that is refused, the remedy that is printed, and what is done about it. */
interface Case {
  readonly name: string;
  /** What lies in the folder before. */
  readonly before?: (folder: string) => Promise<unknown>;
  readonly args: readonly string[];
  readonly remedy: RegExp;
  /** Follows the remedy, whose groups are given; the command lines that must work then. */
  readonly follow: (groups: string[], folder: string) => Promise<string[][]> | string[][];
}

const write = (name: string, text: string) => (folder: string) =>
  Deno.writeTextFile(`${folder}/${name}`, text);
const makeRun = (folder: string) => cli(folder, "dummy", "--out", "r");

const CASES: readonly Case[] = [
  {
    name: "a mistyped experiment",
    args: ["dumy"],
    remedy: /Did you mean (\w+)\?/,
    follow: ([name]) => [[name!], []],
  },
  {
    name: "a mistyped option",
    args: ["dummy", "--set", "work.stpes=1"],
    remedy: /Did you mean ([\w.]+)\?/,
    follow: ([path]) => [["dummy", "--set", `${path}=1`]],
  },
  {
    name: "a mistyped device",
    args: ["dummy", "--device", "cqu"],
    remedy: /\n {2}Write (--device \w+)\n/,
    follow: ([flag]) => [["dummy", ...flag!.split(" ")]],
  },
  {
    name: "a seed that is none",
    args: ["dummy", "--seed", "one"],
    remedy: /\n {2}For example (--seed \d+)\n/,
    follow: ([flag]) => [["dummy", ...flag!.split(" ")]],
  },
  {
    name: "an empty folder name",
    args: ["dummy", "--out", ""],
    remedy: /\n {2}Write (--out) DIR, or leave --out out\n/,
    follow: ([flag]) => [["dummy", flag!, "mine"], ["dummy"]],
  },
  {
    name: "a flag without its value",
    args: ["dummy", "--seed", "--quiet"],
    remedy: /\n {2}Write (--seed) N, or leave --seed out\n/,
    follow: ([flag]) => [["dummy", flag!, "1", "--quiet"], ["dummy", "--quiet"]],
  },
  {
    name: "a seed below 0",
    args: ["dummy", "--seed", "-1"],
    remedy: /\n {2}For example (--seed \d+)\n/,
    follow: ([flag]) => [["dummy", ...flag!.split(" ")]],
  },
  ...["--allow-other-device", "--allow-outside"].map((allow): Case => ({
    name: `${allow} where no run is gone on with`,
    before: makeRun,
    args: ["dummy", allow],
    remedy: /\n {2}Leave out (--allow-\S+), or go on with a run by (--resume) RUN\n/,
    follow: ([flag, resume]) => [["dummy"], [resume!, "r", flag!]],
  })),
  {
    name: "a tab in a configuration",
    before: write("my.yaml", "work:\n\tsteps: 1\n"),
    args: ["dummy", "--config", "my.yaml"],
    remedy: /\n {2}Replace the tab of line (\d+) by spaces\n/,
    follow: async ([line], folder) => {
      const lines = (await Deno.readTextFile(`${folder}/my.yaml`)).split("\n");
      lines[Number(line) - 1] = lines[Number(line) - 1]!.replace("\t", "  ");
      await Deno.writeTextFile(`${folder}/my.yaml`, lines.join("\n"));
      return [["dummy", "--config", "my.yaml"]];
    },
  },
  {
    name: "a configuration that is not there",
    before: write("my.yaml", "agents: 2\n"),
    args: ["dummy", "--config", "mine.yaml"],
    remedy: /\n {2}Check the path for spelling\n/,
    follow: () => [["dummy", "--config", "my.yaml"]],
  },
  {
    name: "a folder for a configuration",
    before: async (folder) => {
      await Deno.mkdir(`${folder}/settings`);
      await Deno.writeTextFile(`${folder}/settings/my.yaml`, "agents: 2\n");
    },
    args: ["dummy", "--config", "settings"],
    remedy: /\n {2}It is a folder: name a file in it\n/,
    follow: () => [["dummy", "--config", "settings/my.yaml"]],
  },
  {
    name: "the folder of another run",
    before: makeRun,
    args: ["dummy", "--out", "r"],
    remedy: /\n {2}Choose another folder with (--out), or go on with it: (--resume r)\n/,
    follow: ([out, resume]) => [["dummy", out!, "other"], resume!.split(" ")],
  },
  {
    name: "a folder of other things",
    before: write("notes", "mine"),
    args: ["dummy", "--out", "notes"],
    remedy: /\n {2}Choose another folder with (--out)\n/,
    follow: ([out]) => [["dummy", out!, "other"]],
  },
  {
    name: "a folder within a file",
    before: write("notes", "mine"),
    args: ["dummy", "--out", "notes/r"],
    remedy: /\n {2}Choose another path: a file is there, or a link that leads nowhere\n/,
    follow: () => [["dummy", "--out", "r"]],
  },
  {
    name: "a folder behind a link that leads nowhere",
    before: (folder) => Deno.symlink("nowhere", `${folder}/link`),
    args: ["dummy", "--out", "link/r"],
    remedy: /\n {2}.*\ba link (?:there )?that leads nowhere\n/,
    follow: async (_, folder) => {
      await Deno.remove(`${folder}/link`);
      return [["dummy", "--out", "link/r"]];
    },
  },
  {
    name: "going on with another seed",
    before: makeRun,
    args: ["--resume", "r", "--seed", "3"],
    remedy: /\n {2}Leave out (--seed), or start a new run without --resume\n/,
    follow: () => [["--resume", "r"], ["dummy", "--seed", "3"]],
  },
  {
    name: "going on with a setting that makes it another run",
    before: makeRun,
    args: ["--resume", "r", "--set", "agents=9"],
    remedy: /\n {2}On --resume may change: ([\w.]+), saveTo\n/,
    follow: ([path]) => [["--resume", "r", "--set", `${path}=4`]],
  },
  {
    name: "a configuration that was edited",
    before: async (folder) => {
      await makeRun(folder);
      const path = `${folder}/r/config.yaml`;
      await Deno.copyFile(path, `${folder}/before`);
      await Deno.writeTextFile(path, "agents: 9\n", { append: false });
    },
    args: ["--resume", "r"],
    remedy: /\n {2}Undo the change; what may change at all is changed with --set\n/,
    follow: async (_, folder) => {
      await Deno.copyFile(`${folder}/before`, `${folder}/r/config.yaml`);
      return [["--resume", "r", "--set", "work.steps=4"]];
    },
  },
  {
    name: "a folder that is a link to nothing",
    before: (folder) => Deno.symlink("nowhere", `${folder}/link`),
    args: ["dummy", "--out", "link"],
    remedy: /link is a link to nothing\n {2}Choose another folder with (--out)\n/,
    follow: ([out]) => [["dummy", out!, "other"]],
  },
  {
    name: "the folder of another run with a space in its name",
    before: (folder) => cli(folder, "dummy", "--out", "my run"),
    args: ["dummy", "--out", "my run"],
    remedy: /or go on with it: (--resume) '(my run)'\n/,
    follow: (words) => [words],
  },
  ...[["--dtype", "bfloat16"], ["--device", "webgpu"]].map((flags): Case => ({
    name: `going on with another ${flags[0]}`,
    before: makeRun,
    args: ["--resume", "r", ...flags],
    remedy: /\n {2}Add (--allow-other-device) to go on all the same\n/,
    // Then the run is on the other device, and stays there without being told.
    follow: ([flag]) => [["--resume", "r", ...flags, flag!], ["--resume", "r"]],
  })),
  {
    name: "going on with a run that writes elsewhere",
    before: (folder) => cli(folder, "dummy", "--out", "r", "--set", "saveTo=elsewhere"),
    args: ["--resume", "r"],
    remedy: /\n {2}Add (--allow-outside) if that is meant\n/,
    follow: ([flag]) => [["--resume", "r", flag!], ["--resume", "r", "--set", "saveTo=elsewhere"]],
  },
  {
    name: "going on with a run of which a folder is a link that leads elsewhere",
    before: async (folder) => {
      await makeRun(folder);
      await Deno.mkdir(`${folder}/elsewhere`);
      await Deno.symlink(`${folder}/elsewhere`, `${folder}/r/model`);
    },
    args: ["--resume", "r", "--set", "work.steps=4"], // so that there is something to write
    remedy: /\n {2}Add (--allow-outside) if that is meant\n/,
    follow: ([flag]) => [["--resume", "r", "--set", "work.steps=4", flag!]],
  },
  {
    name: "going on with what is no run",
    before: makeRun,
    args: ["--resume", "."],
    remedy: /\n {2}Give the folder of a run: it holds a (run\.json)\n/,
    follow: ([file], folder) => {
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      const run = names.find((name) => {
        try {
          return Deno.statSync(`${folder}/${name}/${file}`).isFile;
        } catch {
          return false;
        }
      });
      return [["--resume", run!]];
    },
  },
];

for (const { name, before, args, remedy, follow } of CASES) {
  Deno.test(`the remedy works for ${name}`, () =>
    withTempFolder(async (folder) => {
      await before?.(folder);
      const refused = await cli(folder, ...args);
      assertEquals(refused.code, 2, refused.err);
      assertMatch(refused.err, /^error: Cannot /);
      const match = refused.err.match(remedy);
      assert(match, refused.err);
      assert(refused.err.split("\n").length <= 4, refused.err); // the error, its remedy
      for (const command of await follow(match.slice(1), folder)) {
        const followed = await cli(folder, ...command);
        assertEquals(followed.code, 0, `${command.join(" ")}\n${followed.err}`);
      }
    }));
}
