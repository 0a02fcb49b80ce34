import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dataCommand } from "../../experiments/data.ts";
import { CheckpointError, ConfigError, digestOf, RunError } from "../../lib/core/mod.ts";
import { type DataSet, KNOWN_DATA_SETS } from "../../lib/data/mod.ts";
import { loadGsm8kTask } from "../../lib/tasks/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { type FileServer, withFileServer } from "./file_server.ts";

const TRAIN = '{"question": "1 + 1?", "answer": "#### 2"}\n';
const TEST = '{"question": "1 + 2?", "answer": "#### 3"}\n';

const files: DataSet = {
  name: "small",
  title: "two problems",
  licence: "MIT",
  homepage: "https://example.com/small",
  sources: {
    web: {
      kind: "files",
      files: [
        { name: "train.jsonl", url: "https://example.com/x/train.jsonl", ...digestOf(TRAIN) },
        { name: "test.jsonl", url: "https://example.com/x/test.jsonl" },
      ],
    },
  },
};

const onHub: DataSet = {
  ...files,
  name: "large",
  sources: { hub: { kind: "hub", repo: "owner/large", keep: /^data\/.*\.jsonl$/, first: 1 } },
};

const model: DataSet = {
  ...files,
  name: "model",
  sources: {
    hub: { kind: "hub", repoType: "model", repo: "owner/model", keep: /^config\.json$/ },
  },
};

const LIST = "/api/datasets/owner/large/tree/main?recursive=true";

/** Serves both data sets as their original servers do. */
function serveBoth(server: FileServer): void {
  server.files["/x/train.jsonl"] = TRAIN;
  server.files["/x/test.jsonl"] = TEST;
  const { size, sha256 } = digestOf(TRAIN);
  server.files[LIST] = JSON.stringify([
    { type: "directory", path: "data" },
    { type: "file", path: "README.md", size: 3, oid: "a".repeat(40) },
    { type: "file", path: "data/b 2.jsonl", size: TEST.length, oid: "b".repeat(40) },
    { type: "file", path: "data/a.jsonl", size: 9, lfs: { oid: sha256, size } },
    { type: "file", path: "data/../../a.jsonl", size: 3 },
  ]);
  server.files["/datasets/owner/large/resolve/main/data/a.jsonl"] = TRAIN;
  server.files["/datasets/owner/large/resolve/main/data/b%202.jsonl"] = TEST;
}

/** Calls the command in a folder, with what it printed. */
function commandIn(folder: string) {
  return async (...args: string[]) => {
    const lines: string[] = [];
    const code = await dataCommand(args, {
      sets: [files, onHub, model],
      root: folder,
      print: (line) => lines.push(line),
      tries: 2,
      pause: 1,
    });
    return { code, text: lines.join("\n") };
  };
}

Deno.test("deno task data get shows source, licence, size and hash, fetches, and needs no network again", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await withFileServer(async (server) => {
      serveBoth(server);
      const { code, text } = await run("get", "small", "--mirror", server.origin);
      assertEquals(code, 0);
      const { size, sha256 } = digestOf(TRAIN);
      const shown = [
        "licence: MIT; see https://example.com/small",
        `source web: https://example.com/x/train.jsonl, ${size} bytes, sha256 ${sha256}`,
        `train.jsonl: ${size} bytes, sha256 ${sha256} from ${server.origin}/x/train.jsonl`,
        "test.jsonl: size not known before, sha256 not known before: the first download counts",
        `sha256 ${digestOf(TEST).sha256}, from now on expected`,
        "2 files are new",
      ];
      const places = shown.map((part) => text.indexOf(part));
      assert(places.every((place, i) => place > (places[i - 1] ?? -1)), text);
      assertEquals(await Deno.readTextFile(`${folder}/small/test.jsonl`), TEST);
    });
    // The server is gone.
    assertStringIncludes((await run("get", "small")).text, "All files are in ");
    const checked = await run("check", "small");
    assertEquals(checked.code, 0);
    assert(/small: good {4}train.jsonl, .*as it is known/.test(checked.text), checked.text);
    assert(
      /small: good {4}test.jsonl, .*as at the first download/.test(checked.text),
      checked.text,
    );
  });
});

Deno.test("deno task data get fetches a model from where the hub has models", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await withFileServer(async (server) => {
      server.files["/api/models/owner/model/tree/main?recursive=true"] = JSON.stringify([
        { type: "file", path: "config.json", size: 2, oid: "a".repeat(40) },
        { type: "file", path: "pytorch_model.bin", size: 9, oid: "b".repeat(40) },
      ]);
      server.files["/owner/model/resolve/main/config.json"] = "{}";
      const { code, text } = await run("get", "model", "--mirror", server.origin);
      assertEquals(code, 0, text);
      assertStringIncludes(text, "https://huggingface.co/owner/model; its list");
      assertEquals(await Deno.readTextFile(`${folder}/model/config.json`), "{}");
    });
  });
});

Deno.test("deno task data check finds what was changed, and get fetches that alone", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await withFileServer(async (server) => {
      serveBoth(server);
      await run("get", "small", "--mirror", server.origin);
      await Deno.writeTextFile(`${folder}/small/test.jsonl`, TEST.replace("3", "4"));
      const task = { folder: `${folder}/small`, validation: 0, verifier: 0, maxBadRows: 0 };
      const error = await assertRejects(() => loadGsm8kTask(task), CheckpointError);
      assertStringIncludes(error.message, "must be as it arrived");
      assertStringIncludes(error.remedy!, "deno task data get small");
      const { code, text } = await run("check");
      assertEquals(code, 1);
      assertStringIncludes(text, "small: changed test.jsonl");
      assertStringIncludes(text, "large: not here yet (deno task data get large)");
      server.seen.length = 0;
      await run("get", "small", "--mirror", server.origin);
      assertEquals(server.seen.map(({ path }) => path), ["/x/test.jsonl"]);
      assertEquals((await run("check", "small")).code, 0);
      assertEquals((await loadGsm8kTask(task)).questions("test").size, 1);
      // What came first counts: a server that gives something else now is refused.
      await Deno.remove(`${folder}/small/test.jsonl`);
      assertStringIncludes((await run("check", "small")).text, "missing test.jsonl");
      server.files["/x/test.jsonl"] = TEST.replace("3", "5");
      await assertRejects(
        () => run("get", "small", "--mirror", server.origin),
        RunError,
        `with sha256 ${digestOf(TEST).sha256}: it has`,
      );
    });
  });
});

Deno.test("deno task data get reads the hub's list: first files by default, all with --all", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await withFileServer(async (server) => {
      serveBoth(server);
      const { text } = await run("get", "large", "--mirror", `${server.origin}/`);
      const { size, sha256 } = digestOf(TRAIN);
      assertStringIncludes(text, `data/a.jsonl: ${size} bytes, sha256 ${sha256} from`);
      assertEquals(await Deno.readTextFile(`${folder}/large/data/a.jsonl`), TRAIN);
      assertEquals((await run("get", "large")).text.includes("All files"), true);
      const more = await run("get", "large", "--all", "--mirror", server.origin);
      assertStringIncludes(more.text, "1 files are new");
      assertEquals(await Deno.readTextFile(`${folder}/large/data/b 2.jsonl`), TEST);
      const asked = server.seen.map(({ path }) => path).filter((path) => path.includes("resolve"));
      assertEquals(asked.length, 2);
    });
    await withFileServer(async (server) => {
      server.files[LIST] = "[]";
      const other = commandIn(`${folder}/other`);
      const get = () => other("get", "large", "--mirror", server.origin);
      await assertRejects(get, RunError, "it lists none");
      server.files[LIST] = "<html>";
      await assertRejects(get, RunError, "the hub's list must come");
      server.faults.statuses = [401];
      await assertRejects(get, RunError, "HF_TOKEN");
    });
  });
});

Deno.test("deno task data get copies from a folder, and checks as if it were downloaded", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await Deno.mkdir(`${folder}/from/data`, { recursive: true });
    await Deno.writeTextFile(`${folder}/from/train.jsonl`, TRAIN);
    const get = () => run("get", "small", "--mirror", `${folder}/from`);
    await assertRejects(get, ConfigError, "the folder must hold test.jsonl");
    await Deno.writeTextFile(`${folder}/from/test.jsonl`, TEST);
    await Deno.chmod(`${folder}/from/test.jsonl`, 0o444);
    assertStringIncludes((await get()).text, "1 files are new"); // train.jsonl has come before
    const { mode } = await Deno.stat(`${folder}/small/test.jsonl`);
    assert(mode === null || (mode & 0o200) > 0, "a copy may be written again");
    await Deno.writeTextFile(`${folder}/from/data/a.jsonl`, TRAIN);
    await run("get", "large", "--mirror", `${folder}/from/`);
    assertEquals(await Deno.readTextFile(`${folder}/large/data/a.jsonl`), TRAIN);
    await Deno.writeTextFile(`${folder}/from/train.jsonl`, TEST);
    await Deno.remove(`${folder}/small/train.jsonl`);
    await assertRejects(get, RunError, "Cannot use what came from");
  });
});

Deno.test("deno task data refuses what it does not know, with what there is", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    const cases: [args: string[], message: string][] = [
      [["get", "smal"], "there is no such data set. Did you mean small?"],
      [["get"], "it needs the name of a data set"],
      [["fetch"], "Cannot take fetch"],
      [["get", "small", "large"], "Cannot take large"],
      [["get", "small", "--miror", "x"], "Cannot take --miror"],
      [["get", "small", "--mirror"], "Cannot use --mirror as it needs a value"],
      [["get", "small", "--source", "hub"], "its sources are web: hub"],
    ];
    for (const [args, message] of cases) {
      const error = await assertRejects(() => run(...args), ConfigError, message);
      assert(error.remedy !== undefined, args.join(" "));
    }
    for (const args of [[], ["--help"], ["get", "--help"]]) {
      assert((await run(...args)).text.startsWith("Usage: deno task data list"), args.join(" "));
    }
    const { text } = await run("list");
    assertStringIncludes(text, "small: two problems");
    assertStringIncludes(text, "not here yet; it would be in");
  });
});

Deno.test("deno task data runs with its permissions alone, and shows no token", async () => {
  const run = async (...args: string[]) => {
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=data", "experiments/data.ts", ...args],
      cwd: new URL("../..", import.meta.url),
      env: { HF_TOKEN: "hf_secret", NO_COLOR: "1" },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(!`${out}${err}`.includes("hf_secret"));
    return { code, out: out!, err: err! };
  };
  const list = await run("list");
  assertEquals([list.code, list.err.includes("error")], [0, false]);
  for (const { name, licence } of KNOWN_DATA_SETS) {
    assertStringIncludes(list.out, `${name}: `);
    assertStringIncludes(list.out, `licence: ${licence}`);
  }
});

const gsm8k = sharedPath("data/gsm8k");

Deno.test({
  name: "the known sizes and hashes of GSM8K are those of the real files",
  ignore: !gsm8k,
  async fn() {
    await withTempFolder(async (folder) => {
      const code = await dataCommand(["get", "gsm8k", "--mirror", gsm8k!], {
        root: folder,
        print: () => {},
      });
      assertEquals(code, 0);
    });
  },
});
