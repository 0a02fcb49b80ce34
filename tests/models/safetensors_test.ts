import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, digestOf, RunError } from "../../lib/core/mod.ts";
import { loadSafetensors, saveSafetensors } from "../../lib/models/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";

await startTestDevice();

/** A safetensors file by hand: header length, header, data. */
function fileOf(header: unknown, data: Uint8Array | number, headerLength?: number): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = typeof data === "number" ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.length + bytes.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength ?? json.length), true);
  file.set(json, 8);
  file.set(bytes, 8 + json.length);
  return file;
}

Deno.test("saveSafetensors() writes what loadSafetensors() reads", () =>
  withTempFolder(async (folder) => {
    const tensors = new Map<string, tf.Tensor>([
      ["b.weight", tf.tensor2d([[1.5, -2], [3e-8, 4]])],
      ["a.weight", tf.tensor1d([7, -8, 9], "int32")],
      ["scalar", tf.scalar(0.25)],
      ["empty", tf.zeros([0, 3])],
    ]);
    const path = `${folder}/model.safetensors`;
    await saveSafetensors(path, tensors, { format: "pt" });
    const loaded = await loadSafetensors(path);
    assertEquals(loaded.metadata, { format: "pt" });
    assertEquals([...loaded.tensors], [
      ["b.weight", {
        dtype: "F32",
        shape: [2, 2],
        values: Float32Array.of(1.5, -2, Math.fround(3e-8), 4),
      }],
      ["a.weight", { dtype: "I32", shape: [3], values: Int32Array.of(7, -8, 9) }],
      ["scalar", { dtype: "F32", shape: [], values: Float32Array.of(0.25) }],
      ["empty", { dtype: "F32", shape: [0, 3], values: new Float32Array(0) }],
    ]);
    tf.dispose([...tensors.values()]);
  }));

Deno.test("saveSafetensors() and loadSafetensors() give the digest of the file, in any order of its names", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/x`;
    const weight = tf.tensor1d([1, 2, 3]);
    const saved = await saveSafetensors(path, new Map([["b", weight], ["a", weight]]));
    assertEquals(saved, digestOf(await Deno.readFile(path)));
    assertEquals((await loadSafetensors(path, { takesDigest: true })).digest, saved);
    assertEquals((await loadSafetensors(path)).digest, undefined);
    const entry = (offsets: number[]) => ({ dtype: "I32", shape: [1], data_offsets: offsets });
    const file = fileOf(
      { last: entry([4, 8]), first: entry([0, 4]) },
      new Uint8Array(Int32Array.of(5, 6).buffer),
    );
    await Deno.writeFile(path, file);
    const { tensors, digest } = await loadSafetensors(path, { takesDigest: true });
    assertEquals(digest, digestOf(file));
    assertEquals([...tensors].map(([name, { values }]) => [name, ...values]), [["last", 6], [
      "first",
      5,
    ]]);
    weight.dispose();
  }));

Deno.test("saveSafetensors() writes an 8-byte length, a header padded to 8 bytes, then the numbers", () =>
  withTempFolder(async (folder) => {
    const weight = tf.tensor1d([1, 2]);
    await saveSafetensors(`${folder}/x`, new Map([["weight", weight]]));
    const bytes = await Deno.readFile(`${folder}/x`);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    assertEquals(length % 8, 0);
    assertEquals(
      new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd(),
      '{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    );
    assertEquals([...new Float32Array(bytes.slice(8 + length).buffer)], [1, 2]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["x"]); // no temporary file
    weight.dispose();
  }));

Deno.test("saveSafetensors() refuses other types, and leaves the old file when it cannot write", () =>
  withTempFolder(async (folder) => {
    const flag = tf.tensor1d([true], "bool");
    await assertRejects(
      () => saveSafetensors(`${folder}/x`, new Map([["flag", flag]])),
      TypeError,
      "must be float32 or int32 and not be called __metadata__: got bool for flag",
    );
    await assertRejects(
      () => saveSafetensors(`${folder}/none/x`, new Map()),
      RunError,
      `Cannot write ${folder}/none/x`,
    );
    flag.dispose();
  }));

Deno.test("loadSafetensors() widens F16 and BF16 and narrows I64", () =>
  withTempFolder(async (folder) => {
    const data = new Uint8Array(4 + 4 + 16);
    const view = new DataView(data.buffer);
    view.setUint16(0, 0x3c00, true); // 1 as F16
    view.setUint16(2, 0xc000, true); // -2
    view.setUint16(4, 0x3f80, true); // 1 as BF16
    view.setUint16(6, 0xbfc0, true); // -1.5
    view.setBigInt64(8, -3n, true);
    view.setBigInt64(16, 2_147_483_647n, true);
    const header = {
      half: { dtype: "F16", shape: [2], data_offsets: [0, 4] },
      brain: { dtype: "BF16", shape: [2, 1], data_offsets: [4, 8] },
      long: { dtype: "I64", shape: [2], data_offsets: [8, 24] },
    };
    const path = `${folder}/x`;
    await Deno.writeFile(path, fileOf(header, data));
    const { tensors } = await loadSafetensors(path);
    assertEquals(tensors.get("half")!.values, Float32Array.of(1, -2));
    assertEquals(tensors.get("brain")!.values, Float32Array.of(1, -1.5));
    assertEquals(tensors.get("brain")!.shape, [2, 1]);
    assertEquals(tensors.get("long")!.values, Int32Array.of(-3, 2_147_483_647));
    view.setBigInt64(16, 2_147_483_648n, true);
    await Deno.writeFile(path, fileOf(header, data));
    await assertRejects(
      () => loadSafetensors(path),
      CheckpointError,
      "holds 2147483648, beyond 32",
    );
  }));

Deno.test("loadSafetensors() names the file and what is wrong with it", () =>
  withTempFolder(async (folder) => {
    const f32 = (shape: number[], begin: number, end: number) => ({
      dtype: "F32",
      shape,
      data_offsets: [begin, end],
    });
    const cases: [string, Uint8Array, string][] = [
      ["no bytes", new Uint8Array(0), "it is truncated, it has only 0 bytes"],
      ["half a length", new Uint8Array(5), "it is truncated, it has only 5 bytes"],
      [
        "foreign text",
        new TextEncoder().encode("PK\x03\x04 some zip archive"),
        "of another format",
      ],
      ["zero header", fileOf("", 8, 0), "of another format, its header would have 0 bytes"],
      ["cut header", fileOf("{}", 0, 50), "its header has 50 bytes and 2 are there"],
      ["oversized header", fileOf("{}", 0, 200_000_000), "its header would have 200000000 bytes"],
      ["no JSON", fileOf("{nope", 0), "its header is not JSON"],
      ["no UTF-8", fileOfBytes([0xff, 0xfe, 0xfd]), "its header is not JSON"],
      [
        "a name twice",
        fileOf(
          `{"w":${JSON.stringify(f32([2], 0, 8))},"w":${JSON.stringify(f32([2], 8, 16))}}`,
          16,
        ),
        'the key "w" stands twice',
      ],
      [
        "a name twice for the same bytes",
        fileOf(
          `{"w":${JSON.stringify(f32([2], 0, 8))},"\\u0077":${JSON.stringify(f32([2], 0, 8))}}`,
          8,
        ),
        'the key "\\u0077" stands twice',
      ],
      ["a list", fileOf([1], 0), "its header is not a JSON object"],
      ["odd metadata", fileOf({ __metadata__: { a: 1 } }, 0), "must map text to text"],
      ["null entry", fileOf({ a: null }, 0), "tensor a lacks a dtype, shape or data_offsets"],
      [
        "no dtype",
        fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, 4),
        "tensor a lacks a dtype",
      ],
      ["negative shape", fileOf({ a: f32([-1], 0, 4) }, 4), "tensor a lacks a dtype, shape"],
      ["one offset", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4), "tensor a"],
      [
        "dtype",
        fileOf({ a: { dtype: "F64", shape: [1], data_offsets: [0, 8] } }, 8),
        "tensor a has dtype F64, supported are F32, F16, BF16, I32, I64",
      ],
      [
        "inherited dtype",
        fileOf({ a: { dtype: "toString", shape: [1], data_offsets: [0, 8] } }, 8),
        "tensor a has dtype toString",
      ],
      [
        "size",
        fileOf({ a: f32([2, 2], 0, 12) }, 12),
        "tensor a of shape [2, 2] and dtype F32 needs 16 bytes, its data_offsets hold 12",
      ],
      ["reversed", fileOf({ a: f32([1], 4, 0) }, 4), "its data_offsets hold -4"],
      ["overlap", fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), "b overlaps the one before"],
      ["gap", fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), "a gap of 4 bytes before b"],
      [
        "truncated",
        fileOf({ a: f32([4], 0, 16) }, 10),
        "it is truncated, its tensors need 16 bytes and 10 are there",
      ],
      ["trailing", fileOf({ a: f32([1], 0, 4) }, 7), "3 bytes follow its last tensor"],
    ];
    for (const [name, bytes, problem] of cases) {
      const path = `${folder}/${name}`;
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(
        () => loadSafetensors(path),
        CheckpointError,
        problem,
        name,
      );
      assert(
        error.message.startsWith(`Cannot read ${path} as a safetensors file: `),
        error.message,
      );
      assert(error.remedy !== undefined && error.thing === path, name);
    }
  }));

Deno.test("loadSafetensors() names a missing file and a folder", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/none.safetensors`;
    await assertRejects(() => loadSafetensors(path), CheckpointError, `${path} as a safetensors`);
    await assertRejects(() => loadSafetensors(folder), CheckpointError, "it is a folder");
  }));

function fileOfBytes(header: number[]): Uint8Array {
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

Deno.test("loadSafetensors() names the file that a failing disk does not give", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/x.safetensors`;
    await Deno.writeFile(path, fileOf({}, 0));
    const open = Deno.open;
    Deno.open = async (...args) =>
      Object.assign(await open(...args), {
        read: () => Promise.reject(new Error("Input/output error (os error 5)")),
      });
    try {
      await assertRejects(
        () => loadSafetensors(path),
        RunError,
        `Cannot read ${path}: Input/output error`,
      );
    } finally {
      Deno.open = open;
    }
  }));

Deno.test("saveSafetensors() refuses a header that loadSafetensors() would not read", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const save = () => saveSafetensors(path, new Map(), { text: "x".repeat(100_000_000) });
    await assertRejects(save, RangeError, "at most 100000000 bytes to be read again");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
