import { assert, assertEquals, assertMatch } from "@std/assert";
import { registry } from "../experiments/registry.ts";
import { resolveConfig } from "../lib/core/mod.ts";
import { OPENAI_KEY_ENV, OWN_KEY_ENV } from "../lib/remote/mod.ts";
import { loadExperiment, parseCommandLine, withFlagsAsSettings } from "../lib/tracking/mod.ts";
import manifest from "../deno.json" with { type: "json" };

const root = new URL("..", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

/** Folders that are not part of what is committed, or hold no text of ours. */
const LEFT_OUT = new Set([
  ".git",
  "node_modules",
  "runs",
  "coverage",
  "checkpoints",
  "bench/results",
  "data/sets",
]);

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`./${folder}`, root))].flatMap(({ name, isDirectory }) => {
    if (LEFT_OUT.has(name) || LEFT_OUT.has(`${folder}${name}`)) return [];
    return isDirectory ? filesIn(`${folder}${name}/`) : [`${folder}${name}`];
  });
}

const files = filesIn("");
const sources = files.filter((path) => /^(lib|experiments)\/.*\.ts$/.test(path));
/** What a module names after `from` or in `import()`, as paths from the root; packages as they are. */
const imported = new Map(sources.map((path) => [
  path,
  [...read(path).matchAll(/^(?:import|export|\}) .*?from "(.+?)"|import\("(.+?)"\)/gm)]
    .map(([, from, dynamic]) => (from ?? dynamic)!)
    .map((to) => to.startsWith(".") ? new URL(to, `file:///${path}`).pathname.slice(1) : to),
]));
const layerOf = (path: string) => path.match(/^lib\/(\w+)\//)?.[1];

Deno.test("what is imported across folders stands in the other folder's mod.ts", () => {
  const exported = new Set(
    [...imported].filter(([path]) => /^lib\/\w+\/mod\.ts$/.test(path)).flatMap(([, to]) => to),
  );
  const wrong = [...imported].flatMap(([path, targets]) =>
    targets.filter((to) => {
      const into = layerOf(to);
      const isOther = into !== undefined && into !== layerOf(path) && into !== "types";
      return isOther && !to.endsWith("/mod.ts") && !exported.has(to);
    }).map((to) => `${path} -> ${to}`)
  );
  assertEquals(wrong, []);
});

Deno.test("every file of lib is imported by another one, or is the file of a worker or process", () => {
  const used = new Set([...imported.values()].flat());
  const isEntry = (path: string) =>
    /\/mod\.ts$|^lib\/(types|ops\/wasm)\/|^lib\/report\/viewer\/(main|build)\.ts$/.test(path) ||
    path.startsWith("experiments/");
  // A folder's own side-effect imports (`import "./x.ts";`) and files of workers and processes have no `from`.
  const bare = new Set(
    sources.flatMap((path) =>
      [
        ...read(path).matchAll(
          /(?:^import |new Worker\(new URL\(|import\.meta\.resolve\()"(\..+?)"/gm,
        ),
      ]
        .map(([, to]) => new URL(to!, `file:///${path}`).pathname.slice(1))
    ),
  );
  assertEquals(sources.filter((path) => !isEntry(path) && !used.has(path) && !bare.has(path)), []);
});

Deno.test("mod.ts exports every folder of lib", () => {
  const folders = new Set(sources.map(layerOf).filter((layer) => layer && layer !== "types"));
  const text = read("mod.ts");
  const missing = [...folders].filter((folder) => !text.includes(`from "./lib/${folder}/mod.ts"`));
  assertEquals(missing, []);
});

Deno.test("tfjs is imported under its own name, so that its types are ours", () => {
  const raw = [...imported].filter(([path, to]) =>
    to.includes("tfjs") && layerOf(path) !== "types"
  );
  assertEquals(raw.map(([path]) => path), []);
});

Deno.test("tasks ask for no more than they need", () => {
  for (const [name, { command }] of Object.entries(manifest.tasks)) {
    assert(!/ (-A|--allow-all)\b/.test(command), name);
    if (/deno (run|test|bench)/.test(command)) {
      assertMatch(command, / --no-prompt -P=\w+/, name);
    }
  }
  for (const [name, permissions] of Object.entries(manifest.permissions)) {
    const { net, ...others }: Record<string, unknown> = permissions;
    const allowed = Object.keys(others).filter((kind) =>
      !["read", "write", "env", "sys", "ffi"].includes(kind)
    );
    assertEquals(allowed, [], name);
    // The server listens to its own machine, and its tests call it there; data sets have hosts.
    const isOnNetwork = ["serve", "test"].includes(name);
    if (name !== "data" && name !== "remote") {
      assertEquals(net, isOnNetwork ? ["127.0.0.1"] : undefined, name);
    }
  }
  // Experiments ask servers of their own machine in a task of its own, and have no network in theirs.
  const { data, remote } = manifest.permissions;
  assertEquals(remote.net, ["127.0.0.1", "localhost"]);
  // What gets data sets asks their hosts and writes nowhere else.
  assertEquals(data.net, [
    "huggingface.co",
    "*.huggingface.co",
    "*.hf.co",
    "raw.githubusercontent.com",
  ]);
  assertEquals(data.write, ["data/sets"]);
  assertEquals(manifest.permissions.answers.write, ["data/sets"]);
  // Who may start a program may do all: nothing that trains, serves or downloads may.
  const starting = Object.entries(manifest.tasks).filter(([, { command }]) =>
    /--allow-run\b/.test(command)
  );
  assertEquals(starting.map(([name]) => name).toSorted(), [
    ...["answers", "fuzz", "gpu", "peers", "screenshots", "soak", "test", "viewer"],
  ]);
  const ofDeno = "--allow-run=\"$(deno eval -p 'Deno.execPath()')\"";
  assert(manifest.tasks.answers.command.includes(`${ofDeno} `));
});

/** Read by the server alone. */
const SERVE_KEY = "MAPORL_SERVE_KEY";

Deno.test("tasks may read every environment variable that the library asks for, and no other", () => {
  const asked = sources.flatMap((path) =>
    [...read(path).matchAll(/(?:(?:read|write)Environment|Deno\.env\.\w+)\(\s*"(\w+)"/g)]
      .map(([, name]) => name!)
  );
  // Names that a list holds are asked for one by one.
  asked.push("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME");
  const { experiment, data, remote, serve, test } = manifest.permissions;
  assert(asked.includes(SERVE_KEY));
  // Those of deno task data alone.
  const others = [...data.env.filter((name) => name !== "INIT_CWD"), SERVE_KEY];
  assertEquals([...experiment.env, ...others].sort(), [...new Set(asked)].sort());
  assertEquals(
    remote.env.toSorted(),
    [...experiment.env, OPENAI_KEY_ENV, OWN_KEY_ENV].sort(),
  );
  assertEquals(serve.env.toSorted(), [...experiment.env, SERVE_KEY].sort());
  assertEquals(experiment.env.filter((name) => !test.env.includes(name)), []);
});

/** Packages with their versions, as `deno.json` pins them. */
function packages(): Map<string, string> {
  return new Map(
    Object.values(manifest.imports).filter((to) => to.startsWith("npm:")).map((to) => {
      const [, name, version] = to.match(/^npm:\/?((?:@[^/]+\/)?[^/@]+)@([^/]+)\/?$/)!;
      return [name!, version!];
    }),
  );
}

Deno.test("packages are pinned exactly, in deno.json and in the lock file", () => {
  for (const [name, version] of packages()) assertMatch(version, /^\d+\.\d+\.\d+$/, name);
  assertEquals(manifest.lock.frozen, true);
  const lock = JSON.parse(read("deno.lock"));
  assertEquals(
    lock.workspace.dependencies.toSorted(),
    [...packages()].map(([name, version]) => `npm:${name}@${version}`).sort(),
  );
});

Deno.test("NOTICE.md has version and licence of every package", () => {
  const rows = [...read("NOTICE.md").matchAll(/^\| `(.+?)` +\| (\S+) +\| (.+?) +\|/gm)]
    .map(([, name, version, licence]) => [name, version, licence]);
  const stated = [...packages()].map(([name, version]) => {
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`));
    return [name, version, license];
  });
  assertEquals(rows.toSorted(), stated.toSorted());
});

Deno.test("experiments are listed, with a README whose commands are understood", async () => {
  const list = read("experiments/README.md");
  for (const name of Object.keys(registry)) {
    const row = `[${name}](${name})`;
    assert(list.includes(row), `experiments/README.md must have a row that begins with ${row}`);
    const { experiment, arms } = await loadExperiment(name, registry);
    const text = read(`experiments/${name}/README.md`);
    const command = `deno task experiment ${name}`;
    assert(
      text.includes(command),
      `experiments/${name}/README.md must have the command: ${command}`,
    );
    const lines = text.replaceAll("\\\n", "").split("\n")
      .filter((line) => /--(set|model|task|limit) /.test(line));
    for (const line of lines) {
      const given = [...line.matchAll(/--(set|model|task|limit) (?:'([^']+)'|([^\s`]+))/g)]
        .flatMap(([, flag, quoted, plain]) => [`--${flag}`, (quoted ?? plain)!]);
      const { sets } = withFlagsAsSettings(parseCommandLine(given), experiment);
      resolveConfig(experiment.schema, [arms?.settings ?? {}], sets); // throws at a wrong one
    }
  }
});

Deno.test("committed text names no place on the machine that it was written on", () => {
  const isText = (path: string) => /\.(ts|js|py|json|md|yaml|lock)$|^[A-Z]+$|^\.ci\//.test(path);
  const place = new RegExp(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"].join("|"));
  assertEquals(files.filter((path) => isText(path) && place.test(read(path))), []);
});

Deno.test("no comment cites a paper that a reader cannot open", () => {
  // Notes of ours are not part of the repository: cite the paper's section, or the released code.
  const texts = files.filter((path) => /\.(ts|md|yaml|py)$/.test(path));
  const citation = new RegExp(`\\b${"spec"}(ification)?,? §`, "i");
  assertEquals(texts.filter((path) => citation.test(read(path))), []);
});
