import { assert, assertEquals } from "@std/assert";

const MAX_LINES = 300;

const root = new URL("..", import.meta.url);

/** The rows of the table in CONTRIBUTING.md: the folders of lib, each of which may import from those above. */
const rows = [
  ...Deno.readTextFileSync(new URL("CONTRIBUTING.md", root))
    .matchAll(/^\| `lib\/(\w+)` (·?) *\|/gm),
].map(([_, folder, mark]) => ({ folder: folder!, loadsTensors: mark === "" }))
  .filter(({ folder }) => folder !== "types");
const layers = rows.map(({ folder }) => folder);
const withoutTensors = rows.filter(({ loadsTensors }) => !loadsTensors).map(({ folder }) => folder);

interface Import {
  specifier: string;
  /** Whether it is erased: only types are imported. */
  isType: boolean;
}

interface SourceFile {
  /** Path from the root of the repository. */
  path: string;
  lines: number;
  imports: Import[];
}

/** Import, export and dynamic import statements outside comments. */
function importsOf(text: string): Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const imports: Import[] = [];
  const statement =
    /^\s*(?:import|export)\s+(type\s+)?([^"';]*?)\s*from\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  for (const [_, type, names = "", from, bare, dynamic] of code.matchAll(statement)) {
    const listed = names.match(/^\{([\s\S]*)\}$/)?.[1]?.split(",").map((name) => name.trim())
      .filter((name) => name !== "");
    const areTypes = listed !== undefined && listed.length > 0 &&
      listed.every((name) => name.startsWith("type "));
    imports.push({ specifier: (from ?? bare ?? dynamic)!, isType: type !== undefined || areTypes });
  }
  return imports;
}

function sourceFiles(folder: string): SourceFile[] {
  const files: SourceFile[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...sourceFiles(path));
    else if (name.endsWith(".ts")) {
      const text = Deno.readTextFileSync(new URL(path, root));
      files.push({ path, lines: text.split("\n").length - 1, imports: importsOf(text) });
    }
  }
  return files;
}

const lib = sourceFiles("lib");
const experiments = sourceFiles("experiments");
const all = [...lib, ...experiments, ...sourceFiles("tests"), ...sourceFiles("bench")];
const byPath = new Map(all.map((file) => [file.path, file]));

/** Path from the root that a relative import means; undefined for a package. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

const layerOf = (path: string) => path.match(/^lib\/([^/]+)\//)?.[1];

Deno.test("importsOf() finds every form of import and no comment", () => {
  const text = [
    "/**",
    ' * import { a } from "./in_a_comment.ts";',
    " */",
    'import x, { type Y } from "a";',
    'import type { Z } from "b";',
    "import {",
    "  type P,",
    "  type Q,",
    '} from "c";',
    'export * from "./d.ts";',
    'import "e";',
    'const f = await import("f");',
    '// import "commented";',
  ].join("\n");
  assertEquals(importsOf(text), [
    { specifier: "a", isType: false },
    { specifier: "b", isType: true },
    { specifier: "c", isType: true },
    { specifier: "./d.ts", isType: false },
    { specifier: "e", isType: false },
    { specifier: "f", isType: false },
  ]);
});

Deno.test("the folders of lib import in one direction", () => {
  const wrong = lib.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      const to = target(path, specifier);
      if (to === undefined || to === "deno.json") return [];
      const [from, into] = [layerOf(path), layerOf(to)].map((layer) => layers.indexOf(layer ?? ""));
      return layerOf(path) !== "types" && (into! < 0 || into! > from!) ? [`${path} -> ${to}`] : [];
    })
  );
  assertEquals(wrong, []);
});

/** Files that import each other in a circle, one circle for each file from which one is found. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, chain: string[]) => {
    if (chain.includes(path)) found.push(chain.slice(chain.indexOf(path)));
    if (done.has(path)) return;
    done.add(path);
    for (const next of imports.get(path) ?? []) visit(next, [...chain, path]);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

Deno.test("circles() finds files that import each other, over others too, and no others", () => {
  const imports = new Map([
    ["a", ["b", "d"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", []],
    ["e", ["e", "a"]],
  ]);
  assertEquals(circles(imports), [["a", "b", "c"], ["e"]]);
});

Deno.test("no files import each other in a circle, types included", () => {
  const imports = new Map(all.map(({ path, imports }) => [
    path,
    imports.map(({ specifier }) => target(path, specifier)).filter((to) => to !== undefined),
  ]));
  assertEquals(circles(imports), []);
});

Deno.test("every folder of lib is a layer with a barrel", () => {
  const folders = new Set(lib.map(({ path }) => layerOf(path)));
  const known = new Set([...layers, "types"]);
  assertEquals([...folders].filter((folder) => !known.has(folder ?? "")), []);
  assertEquals(layers.filter((layer) => !byPath.has(`lib/${layer}/mod.ts`)), []);
});

Deno.test("experiments import the library, packages and their own folder, never each other", () => {
  const wrong = experiments.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      const to = target(path, specifier);
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const isRegistry = path === "experiments/registry.ts";
      const isAllowed = to === undefined || to.startsWith("lib/") || to.startsWith(folder) ||
        isRegistry;
      return isAllowed ? [] : [`${path} -> ${to}`];
    })
  );
  assertEquals(wrong, []);
});

Deno.test("what decides a run imports nothing of reports or the server, which its code hash leaves out", () => {
  const wrong = all.filter(({ path, imports }) =>
    /^(lib\/(?!report\/|serving\/)|experiments\/\w+\/)/.test(path) &&
    imports.some(({ specifier }) => /^lib\/(report|serving)\//.test(target(path, specifier) ?? ""))
  );
  assertEquals(wrong.map(({ path }) => path), []);
});

Deno.test("only the registry and pretraining know the small world, besides tests", () => {
  const isOfIt = (path: string) =>
    ["lib/worlds/small_world/", "experiments/pretrain/", "tests/"].some((folder) =>
      path.startsWith(folder)
    );
  const knowing = all.filter(({ path, imports }) =>
    !isOfIt(path) &&
    imports.some(({ specifier }) => target(path, specifier)?.startsWith("lib/worlds/small_world/"))
  );
  assertEquals(knowing.map(({ path }) => path), ["lib/worlds/registry.ts"]);
});

Deno.test("what needs no tensors loads no tfjs, not even through others", () => {
  const loads = new Map<string, string | undefined>();
  /** The chain of files from a file to tfjs, by imports that are not only of types. */
  const chainTo = (path: string): string | undefined => {
    if (loads.has(path)) return loads.get(path);
    loads.set(path, undefined); // while it is looked at: cycles end here
    for (const { specifier, isType } of byPath.get(path)?.imports ?? []) {
      if (isType) continue;
      const to = target(path, specifier);
      const chain = to === undefined
        ? specifier.startsWith("@tensorflow/") ? specifier : undefined
        : chainTo(to);
      if (chain !== undefined) {
        loads.set(path, `${path} -> ${chain}`);
        break;
      }
    }
    return loads.get(path);
  };
  assert(withoutTensors.length >= 8, "too few folders are marked in CONTRIBUTING.md");
  const wrong = lib.filter(({ path }) => withoutTensors.includes(layerOf(path) ?? ""))
    .flatMap(({ path, imports }) => {
      const direct = imports.find(({ specifier }) => specifier.startsWith("@tensorflow/"));
      return direct === undefined ? chainTo(path) ?? [] : `${path} -> ${direct.specifier}`;
    });
  assertEquals(wrong, []);
});

Deno.test(`files have at most ${MAX_LINES} lines`, () => {
  const long = all.filter(({ lines }) => lines > MAX_LINES);
  assertEquals(long.map(({ path, lines }) => `${path}: ${lines}`), []);
});

Deno.test("the script of the method has at most 100 lines, arms over a script at most 60", () => {
  const limits = experiments.flatMap(({ path, lines }) => {
    const most = path === "experiments/maporl/run.ts" ? 100 : path.endsWith("/arms.ts") ? 60 : null;
    return most === null ? [] : [{ path, lines, most }];
  });
  assert(limits.length >= 2);
  assertEquals(limits.filter(({ lines, most }) => lines > most), []);
});

Deno.test("files are named in snake_case after what they hold, never utils", () => {
  const wrong = all.map(({ path }) => path).filter((path) => {
    const name = path.split("/").pop()!;
    return !/^[a-z][a-z0-9_]*(\.d|\.bench)?\.ts$/.test(name) ||
      /util|helper|misc|common/.test(path);
  });
  assertEquals(wrong, []);
});

Deno.test("tests lie in the folder of what they test", () => {
  const folders = new Set([
    ...layers,
    "attacks",
    "bench",
    "experiments",
    "support",
  ]);
  const stray = all.map(({ path }) => path.split("/"))
    .filter(([top, folder, ...rest]) =>
      top === "tests" && rest.length > 0 && !folders.has(folder!)
    );
  assertEquals(stray.map((parts) => parts.join("/")), []);
  assert(all.some(({ path }) => path.startsWith("tests/")));
});
