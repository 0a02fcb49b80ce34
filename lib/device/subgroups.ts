/** Whether programs on a GPU can add up across subgroups, the invocations that it runs in step. */

/** Invocations of the program that tries subgroups out: more than one subgroup on every GPU, and as many as
 * every device allows. */
const SIZE = 256;

/** What a text that uses subgroups may begin with: WGSL wants the directive; the compiler within Deno knows
 * the functions but refuses the directive. */
const HEADERS = ["enable subgroups;", ""] as const;

const FOUND = new WeakMap<GPUDevice, string>();

// Each subgroup leaves the sum and the maximum of what its invocations hold, both kinds of maximum, and how
// many subgroups there are.
const trial = (header: string) =>
  `${header}
@group(0) @binding(0) var<storage, read_write> found: array<vec4<f32>, ${SIZE}>;
@compute @workgroup_size(${SIZE})
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
) {
  let sum = subgroupAdd(f32(local + 1u));
  let most = subgroupMax(f32(local));
  let mostKey = subgroupMax(local);
  if (subgroupBroadcastFirst(local) == local) {
    found[subgroup] = vec4<f32>(sum, most, f32(mostKey), f32(subgroups));
  }
}`;

/**
 * Tries out whether programs can use subgroups, and notes it for {@linkcode subgroupHeader}. The sizes of
 * subgroups and which invocations they hold do not matter; that every invocation is in just one does.
 *
 * @param device A device that was asked for with the feature `subgroups`.
 * @returns Whether they can.
 */
export async function trySubgroups(device: GPUDevice): Promise<boolean> {
  for (const header of HEADERS) {
    const pipeline = await compile(device, trial(header));
    if (pipeline === null || !isRight(await runTrial(device, pipeline))) continue;
    FOUND.set(device, header);
    return true;
  }
  return false;
}

/**
 * What the text of a program must begin with to use subgroups.
 *
 * @param device The device that compiles it.
 * @returns WGSL directives, at times none; undefined where programs cannot use subgroups.
 */
export function subgroupHeader(device: GPUDevice): string | undefined {
  return FOUND.get(device);
}

/** A pipeline, or null where the device refuses the text. */
async function compile(device: GPUDevice, code: string): Promise<GPUComputePipeline | null> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label: "subgroups", code });
  const pipeline = device.createComputePipeline({
    label: "subgroups",
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  return await device.popErrorScope() === null ? pipeline : null;
}

async function runTrial(device: GPUDevice, pipeline: GPUComputePipeline): Promise<Float32Array> {
  const size = SIZE * 16;
  const [found, read] = [
    device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC }),
    device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST }),
  ];
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: found } }],
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(found, 0, read, 0, size);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(read.getMappedRange()).slice();
  for (const buffer of [found, read]) buffer.destroy();
  return values;
}

/** Whether the subgroups' results, as {@linkcode trial} leaves them, make up those of the workgroup. */
function isRight(found: Float32Array): boolean {
  const count = found[3]!;
  let sum = 0;
  let most = 0;
  let mostKey = 0;
  for (let i = 0; i < SIZE; i++) {
    const isSubgroup = found[4 * i + 3] !== 0;
    if (isSubgroup !== i < count || (isSubgroup && found[4 * i + 3] !== count)) return false;
    sum += found[4 * i]!;
    most = Math.max(most, found[4 * i + 1]!);
    mostKey = Math.max(mostKey, found[4 * i + 2]!);
  }
  return count > 0 && sum === SIZE * (SIZE + 1) / 2 && most === SIZE - 1 && mostKey === SIZE - 1;
}
