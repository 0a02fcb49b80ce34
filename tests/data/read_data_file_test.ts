import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { ConfigError, RunError } from "../../lib/core/mod.ts";
import { checkBadRows, checkCells, findDataFiles, readDataFile } from "../../lib/data/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const columns = {
  text: { names: ["text", "context"], type: "text" },
  label: { names: ["label"], type: "text or integer" },
} as const;

/** Reads a file of a text. */
async function read(folder: string, name: string, text: string | Uint8Array) {
  const path = `${folder}/${name}`;
  await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
  const { frame, bad, numRows } = await readDataFile(path, { columns });
  return { rows: frame.toRecords(), bad, numRows, types: frame.dtypes.map(String) };
}

Deno.test("readDataFile() gives the same frame from lines, CSV and Parquet", async () => {
  await withTempFolder(async (folder) => {
    const texts = ['He said "yes", twice', "über ½\nof it", "c"];
    const labels = [0, 1, 2];
    const jsonl = texts.map((context, i) => JSON.stringify({ uid: i, context, label: labels[i] }));
    const csv = texts.map((text, i) => `"${text.replaceAll('"', '""')}",${labels[i]}`);
    const frame = pl.DataFrame([
      pl.Series("text", texts, pl.Utf8),
      pl.Series("other", ["x", "y", "z"], pl.Utf8),
      pl.Series("label", labels, pl.Int64),
    ]);
    // deno-lint-ignore no-explicit-any -- polars lacks the type: without a path it gives the bytes
    const parquet: Uint8Array = (frame as any).writeParquet({ compression: "zstd" });
    const files: [string, string | Uint8Array, number[]][] = [
      ["a.jsonl", `\uFEFF${jsonl.join("\r\n")}\n`, [1, 2, 3]],
      ["a.csv", `text,label\n${csv.join("\r\n")}\n`, [2, 3, 5]], // the second row has two lines
      ["a.parquet", parquet, [1, 2, 3]],
    ];
    for (const [name, content, places] of files) {
      const { rows, bad, numRows, types } = await read(folder, name, content);
      const expected = texts.map((text, i) => ({ row: places[i]!, text, label: `${labels[i]}` }));
      assertEquals([rows, bad, numRows], [expected, [], 3], name);
      assertEquals(types, ["DataType(Int32)", "DataType(String)", "DataType(String)"]);
      const limited = await readDataFile(`${folder}/${name}`, { columns, limit: 2 });
      assertEquals(limited.frame.toRecords(), expected.slice(0, 2), name);
    }
  });
});

Deno.test("readDataFile() says of every bad row where it stands and what it must be", async () => {
  await withTempFolder(async (folder) => {
    const good = '{"text": "a", "label": "n"}';
    const cases: [line: string, reason: string][] = [
      ['{"text": "a", "lab', "it must be one JSON object ("],
      ["[1]", "it must be one JSON object"],
      ['{"text": "a", "text": "b", "label": 1}', 'the key "text" stands twice'],
      ['{"label": 1, "uid": 2}', 'it must have "text" or "context", and has label, uid'],
      ['{"text": " ", "label": 1}', '"text" must be a text, not empty'],
      ['{"text": 7, "label": 1}', '"text" must be a text, not empty'],
      ['{"text": null, "label": 1}', '"text" must be a text, not empty'],
      ['{"text": "a", "label": 0.5}', '"label" must be a text or whole number, not empty'],
      ['{"text": "a", "label": null}', '"label" must be a text or whole number, not empty'],
    ];
    const lines = cases.flatMap(([line]) => [good, "", line]);
    const { rows, bad, numRows } = await read(folder, "a.jsonl", lines.join("\n"));
    assertEquals([rows.length, numRows], [cases.length, 2 * cases.length]);
    for (const [i, [line, reason]] of cases.entries()) {
      assertEquals([bad[i]!.place, bad[i]!.value], [`line ${3 * i + 3}`, line]);
      assertStringIncludes(bad[i]!.reason, reason);
    }

    // A comma outside of quotes must not cut a question short; Polars would drop what follows it.
    const csv = "text,label\na,n\nWhat is 3, 4,n\nb\nc,\nd,e\n";
    const wrong = await read(folder, "a.csv", csv);
    assertEquals(wrong.rows.map(({ text }) => text), ["a", "d"]);
    assertEquals(wrong.bad.map(({ place, reason }) => `${place}: ${reason}`), [
      "line 3: it must have 2 cells, as the first row, and has 3",
      "line 4: it must have 2 cells, as the first row, and has 1",
      'line 5: "label" must be a text or whole number, not empty',
    ]);

    const frame = pl.DataFrame([
      pl.Series("text", ["a", null, "c"], pl.Utf8),
      pl.Series("label", ["e", "n", ""], pl.Utf8),
    ]);
    // deno-lint-ignore no-explicit-any -- see above
    const nulls = await read(folder, "a.parquet", (frame as any).writeParquet({}));
    assertEquals(nulls.rows, [{ row: 1, text: "a", label: "e" }]);
    assertEquals(nulls.bad.map(({ place }) => place), ["row 2", "row 3"]);
  });
});

Deno.test("readDataFile() refuses what is no such file, naming it", async () => {
  await withTempFolder(async (folder) => {
    const cases: [name: string, content: string | Uint8Array, message: string][] = [
      [
        "a.csv",
        'text,label\n"a,n\nb,n\n',
        "must close, with two for one inside of a cell: line 2 has",
      ],
      ["b.csv", 'text,label\nb,n\n"a" c,n\n', "line 3 has"],
      ["a.jsonl", new Uint8Array([0x7b, 0x0a, 0xff, 0xfe, 0x0a]), "must hold text in UTF-8"],
      ["a.parquet", "no Parquet at all", "it must be a whole Parquet file"],
      ["a.txt", "", "its name must end in .jsonl, .parquet, .csv"],
    ];
    for (const [name, content, message] of cases) {
      const error = await assertRejects(() => read(folder, name, content), ConfigError, message);
      assertStringIncludes(error.message, `${folder}/${name}`);
    }
    const frame = pl.DataFrame({ question: ["a"] });
    // deno-lint-ignore no-explicit-any -- see above
    const foreign = (frame as any).writeParquet({});
    await assertRejects(
      () => read(folder, "b.parquet", foreign),
      ConfigError,
      "it must have columns such as text, context, label: it has question",
    );
    await assertRejects(
      () => readDataFile(`${folder}/none.jsonl`, { columns }),
      RunError,
      "none.jsonl",
    );
  });
});

Deno.test("checkCells() takes whole numbers of every size as their digits", () => {
  const label = (cell: unknown) => checkCells(columns, { text: "a", label: cell }).label;
  assertEquals([0, 12n, 2 ** 53 - 1, " c "].map(label), ["0", "12", "9007199254740991", " c "]);
  assertThrows(() => label(2 ** 53), SyntaxError, '"label" must be');
});

Deno.test("checkBadRows() leaves out a small share with a note, and refuses more", () => {
  const bad = [1, 2, 3, 4].map((row) => ({
    place: `line ${row}`,
    reason: "it must be x",
    value: "y",
  }));
  const check = (count: number, maxShare: number, numRows = 100) =>
    checkBadRows(bad.slice(0, count), { path: "a.jsonl", numRows, maxShare, setting: "task.bad" });
  assertEquals(check(0, 0), []);
  assertEquals(check(1, 0.01), [
    'Left out 1 of 100 rows of a.jsonl: line 1, as it must be x: "y"',
  ]);
  assertStringIncludes(check(4, 1)[0]!, "; and 2 more");
  assertThrows(
    () => check(2, 0.01),
    ConfigError,
    "Cannot use 2 of 100 rows of a.jsonl, as at most a share of 0.01 may be bad (task.bad): line 1",
  );
  assertThrows(() => check(1, 0), ConfigError, "raise task.bad");
  assertThrows(() => check(4, 1, 4), ConfigError, "Cannot use 4 of 4 rows");
});

Deno.test("findDataFiles() finds one file, or all parts in order", async () => {
  await withTempFolder(async (folder) => {
    const find = (...stems: string[]) => findDataFiles(folder, { stems });
    const put = async (...names: string[]) => {
      for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
    };
    assertEquals(await find("train", "main/train"), []);
    await Deno.mkdir(`${folder}/main`);
    await put("main/train-00001-of-00002.parquet");
    await assertRejects(() => find("main/train"), ConfigError, "1 of 2 do");
    assertEquals(
      (await findDataFiles(folder, { stems: ["main/train"], isWhole: false })).length,
      1,
    );
    await put("main/train-00000-of-00002.parquet", "main/training.parquet", "test.csv");
    assertEquals(await find("train", "main/train"), [
      `${folder}/main/train-00000-of-00002.parquet`,
      `${folder}/main/train-00001-of-00002.parquet`,
    ]);
    assertEquals(await find("test"), [`${folder}/test.csv`]);
    await put("train.jsonl");
    await assertRejects(() => find("train", "main/train"), ConfigError, "must be there once");
  });
});
