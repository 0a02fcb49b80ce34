import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  canonicalJson,
  CheckedFolder,
  CheckpointError,
  Digester,
  digestOf,
  openSealedJson,
  RunError,
  sealJson,
  writeManifest,
} from "../../lib/core/mod.ts";
import { whileUnlistable } from "../support/unlistable.ts";

/** Runs a test on a folder with two files and their manifest. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/parts`);
    const files = { "a.txt": "one", "parts/b.txt": "two" };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await writeManifest(folder, {
      identity: { run: "r", update: 3 },
      files: Object.entries(files).map(([name, text]) => ({ name, ...digestOf(text) })),
    });
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const remedy = "Make it again";
const open = (folder: string) => CheckedFolder.open(folder, { remedy });
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("digestOf() is SHA-256, the same for chunks, and Digester takes them as they come", async () => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes("abcdef")));
  const expected = { size: 6, sha256: digest.toHex() };
  assertEquals(digestOf("abcdef"), expected);
  assertEquals(digestOf([bytes("ab"), bytes(""), bytes("cdef")]), expected);
  const digester = new Digester();
  const buffer = bytes("abc");
  digester.add(buffer);
  buffer.set(bytes("def")); // what was added may be overwritten
  digester.add(buffer);
  assertEquals(digester.finish(), expected);
});

Deno.test("canonicalJson() depends on the value alone", () => {
  assertEquals(
    canonicalJson({ b: [1, { z: null, y: "ü" }], a: undefined, A: -0.5 }),
    '{"A":-0.5,"b":[1,{"y":"ü","z":null}]}',
  );
});

Deno.test("openSealedJson() notices every changed byte, and no spaces", () => {
  const value = { format: 1, seed: 10, name: "a b", list: [1.5, null, true], nested: { x: 1 } };
  const text = sealJson(value);
  assertEquals(openSealedJson(text), value);
  assertEquals(sealJson(openSealedJson(text)), text);
  assertEquals(openSealedJson(` ${text.replaceAll("\n", "\n\t")}`), value);
  const original = bytes(text);
  for (let i = 0; i < original.length; i++) {
    for (const bit of [0, 1, 2, 4, 5, 6]) {
      const changed = original.slice();
      changed[i]! ^= 1 << bit;
      const [before, after] = [original[i]!, changed[i]!].map((byte) => String.fromCharCode(byte));
      if (/\s/.test(before!) && /\s/.test(after!)) continue;
      assertThrows(() => openSealedJson(new TextDecoder().decode(changed)), SyntaxError);
    }
  }
  for (const other of ["", "[]", "{}", "null", '{"seed":10}']) {
    assertThrows(() => openSealedJson(other), SyntaxError);
  }
  // JSON writes an infinity as null, and reads this as one.
  assertThrows(() => openSealedJson(text.replace("null", "1e999")), SyntaxError, "was changed");
});

Deno.test("CheckedFolder reads what was written, and whose it is", () =>
  withFolder(async (folder) => {
    const checked = (await open(folder))!;
    assertEquals(checked.identity, { run: "r", update: 3 });
    assertEquals(new TextDecoder().decode(await checked.read("a.txt")), "one");
    assertEquals(checked.expected("parts/b.txt").sha256, digestOf("two").sha256);
    checked.check("parts/b.txt", digestOf("two"));
    checked.checkOwner({ run: "r" }, "run");
    const hash = "0123456789abcdef".repeat(4);
    assertThrows(
      () => checked.checkOwner({ run: hash }, "run"),
      CheckpointError,
      'as it must be of this run: its run is "r", that of the run "0123456789ab…"\n',
    );
    await Deno.writeTextFile(`${folder}/.DS_Store`, "of a file manager");
    assert(await open(folder));
    await Deno.remove(`${folder}/manifest.json`);
    assertEquals(await open(folder), undefined);
  }));

Deno.test("CheckedFolder says it when it may not look for files that are not listed", () =>
  withFolder(async (folder) => {
    await assertRejects(
      () => whileUnlistable(() => open(folder)),
      RunError,
      `Cannot read ${folder} as you must have the right to`,
    );
  }));

Deno.test("CheckedFolder names what is missing, extra, resized or changed", async (t) => {
  const cases: [string, string, (folder: string) => Promise<void>][] = [
    ["missing", "parts/b.txt as it must exist", (f) => Deno.remove(`${f}/parts/b.txt`)],
    ["extra", "c.txt as it must be listed", (f) => Deno.writeTextFile(`${f}/c.txt`, "")],
    [
      "resized",
      "a.txt as it must have 3 bytes: it has 4",
      (f) => Deno.writeTextFile(`${f}/a.txt`, "four"),
    ],
    [
      "changed",
      "a.txt as it must be as it was written",
      (f) => Deno.writeTextFile(`${f}/a.txt`, "ONE"),
    ],
    ["a changed manifest", "manifest.json as a manifest: it was changed", async (f) => {
      const text = await Deno.readTextFile(`${f}/manifest.json`);
      await Deno.writeTextFile(`${f}/manifest.json`, text.replace('"update": 3', '"update": 4'));
    }],
    [
      "no JSON",
      "manifest.json as a manifest: ",
      (f) => Deno.writeTextFile(`${f}/manifest.json`, "{"),
    ],
    [
      "another format",
      "must be of format 1: 2",
      (f) => Deno.writeTextFile(`${f}/manifest.json`, sealJson({ format: 2 })),
    ],
    [
      "a path that leads out",
      "identity and files",
      (f) => writeManifest(f, { identity: {}, files: [{ name: "../x", size: 0, sha256: "" }] }),
    ],
  ];
  for (const [name, message, damage] of cases) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        await damage(folder);
        const error = await assertRejects(
          async () => await (await open(folder))!.read("a.txt"),
          CheckpointError,
          message,
        );
        assert(error.message.includes(folder), error.message);
        assertEquals(error.remedy, remedy);
      }));
  }
  await t.step("others may be allowed", () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/README.md`, "a note");
      const checked = await CheckedFolder.open(folder, { remedy, allowsOthers: true });
      assertThrows(() => checked!.expected("README.md"), CheckpointError, "must be listed");
    }));
});
