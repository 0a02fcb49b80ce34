/** Rows by index; see `../embedding.ts`. */
import { bindRange, mostBoundRows } from "./bindings.ts";
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise, type Program } from "./program.ts";

/** Invocations that share an entry of the table in the gradient. */
const SIZE = 64;

const GATHER = elementwise("gatherRows", {
  buffers: { table: {}, ids: { type: "i32" }, y: { writes: true } },
  args: { width: "u32", numEntries: "u32", first: "u32", end: "u32", offset: "u32" },
  body: `
    let id = ids[i / args.width];
    if (id < 0 || u32(id) >= args.numEntries) {
      y[i] = 0.0;
    } else if (u32(id) >= args.first && u32(id) < args.end) {
      y[i] = table[args.offset + (u32(id) - args.first) * args.width + i % args.width];
    }`,
});

// One workgroup per entry looks through all indices and adds the rows that are its own one after
// another, so that the sum is the same in every run; atomic additions would come in any order, and
// WGSL has none for floats. Most chunks of indices hold none of an entry's and are passed over at once.
const SCATTER_ADD: Program = {
  name: "scatterAddRows",
  buffers: { dy: {}, ids: { type: "i32" }, dtable: { writes: true } },
  args: { rows: "u32", width: "u32" },
  workgroupSize: SIZE,
  declarations: `
var<workgroup> chunk: array<i32, ${SIZE}>;
var<workgroup> isFound: atomic<u32>;`,
  body: `
  let entry = i32(group);
  for (var d = local; d < args.width; d += ${SIZE}u) { dtable[group * args.width + d] = 0.0; }
  for (var start = 0u; start < args.rows; start += ${SIZE}u) {
    if (local == 0u) { atomicStore(&isFound, 0u); }
    workgroupBarrier();
    var id = -1;
    if (start + local < args.rows) { id = ids[start + local]; }
    chunk[local] = id;
    if (id == entry) { atomicStore(&isFound, 1u); }
    workgroupBarrier();
    if (atomicLoad(&isFound) == 1u) {
      for (var n = 0u; n < ${SIZE}u; n++) {
        if (chunk[n] == entry) {
          for (var d = local; d < args.width; d += ${SIZE}u) {
            dtable[group * args.width + d] += dy[(start + n) * args.width + d];
          }
        }
      }
    }
    workgroupBarrier();
  }`,
};

// A table too large to bind is gone through in parts, each of which fills the rows that it has.
registerGpuKernel("MaporlEmbedding", ({ inputs, backend, allocate, runElementwise }) => {
  const { table, ids } = inputs;
  const [numEntries, width] = table!.shape as [number, number];
  const y = allocate([ids!.shape[0]!, width]);
  const mostRows = mostBoundRows(backend, width);
  for (let first = 0; first === 0 || first < numEntries; first += mostRows) {
    const end = Math.min(first + mostRows, numEntries);
    const range = { first: first * width, count: (end - first) * width };
    const part = bindRange(backend, table!, range);
    runElementwise(GATHER, { table: part.buffer, ids: ids!, y }, {
      size: sizeOf(y),
      width,
      numEntries,
      first,
      end,
      offset: part.first,
    });
  }
  return y;
});

registerGpuKernel<{ numEntries: number }>("MaporlEmbeddingGrad", (call) => {
  const { inputs, attrs, allocate, run } = call;
  const { dy, ids } = inputs;
  const [rows, width] = dy!.shape as [number, number];
  const dtable = allocate([attrs.numEntries, width]);
  const buffers = { dy: dy!, ids: ids!, dtable };
  run(SCATTER_ADD, { buffers, args: { rows, width }, groups: attrs.numEntries });
  return dtable;
});
