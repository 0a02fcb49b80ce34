/** Runs programs on the device of tfjs's WebGPU backend, in the same queue as tfjs's own. */
import * as tf from "@tensorflow/tfjs";
import { subgroupHeader } from "../../device/subgroups.ts";
import { type Bindable, bindingOf } from "./bindings.ts";
import type { GpuBackend } from "./gpu_backend.ts";
import { type Program, wgslOf } from "./program.ts";

/** One run of a program. */
export interface Dispatch {
  /** What each buffer of the program is bound to. */
  readonly buffers: Readonly<Record<string, Bindable>>;
  /** Value of each argument of the program. */
  readonly args: Readonly<Record<string, number>>;
  /** Number of workgroups. */
  readonly groups: number;
}

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Buffers of argument values: those of a step come back in the next one. */
  readonly uniforms: Map<string, GPUBuffer>;
  /** Sets of bindings by their buffers, which come back from tfjs's pool; to make one takes half the time
   * of a dispatch. */
  readonly bindGroups: Map<string, GPUBindGroup>;
}

const COMPILED = new WeakMap<GPUDevice, WeakMap<Program, Compiled>>();
/** Distinct argument values, and sets of bindings, of one program that are kept before all are dropped. */
const MAX_KEPT = 256;
const BUFFER_IDS = new WeakMap<GPUBuffer, number>();
let nextBufferId = 0;

/**
 * Queues a program.
 *
 * @param backend tfjs's WebGPU backend.
 * @param program What to run.
 * @param options Buffers, arguments and the number of workgroups; nothing happens if that is 0.
 * @throws {DeviceError} If a tensor is larger than the device can bind.
 */
export function dispatch(
  backend: GpuBackend,
  program: Program,
  { buffers, args, groups }: Dispatch,
): void {
  if (groups === 0) return;
  const { device } = backend;
  const compiled = compile(device, program);
  const resources = Object.keys(program.buffers).map((name) =>
    bindingOf(backend, buffers[name]!, { program: program.name, buffer: name })
  );
  const buffer = uniformOf(device, program, { compiled, args: { numGroups: groups, ...args } });
  resources.push({ buffer });
  const bindGroup = bindGroupOf(device, compiled, resources);
  const limit = device.limits.maxComputeWorkgroupsPerDimension;
  const columns = Math.min(groups, limit);
  backend.ensureCommandEncoderReady();
  const pass = backend.computePassEncoder ??= backend.commandEncoder.beginComputePass();
  pass.setPipeline(compiled.pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(columns, Math.ceil(groups / columns), 1);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass >= tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

function compile(device: GPUDevice, program: Program): Compiled {
  let programs = COMPILED.get(device);
  if (programs === undefined) COMPILED.set(device, programs = new WeakMap());
  let compiled = programs.get(program);
  if (compiled === undefined) {
    const label = program.name;
    const code = wgslOf(program, subgroupHeader(device));
    const pipeline = device.createComputePipeline({
      label,
      layout: "auto",
      compute: { module: device.createShaderModule({ label, code }), entryPoint: "main" },
    });
    compiled = {
      pipeline,
      layout: pipeline.getBindGroupLayout(0),
      uniforms: new Map(),
      bindGroups: new Map(),
    };
    programs.set(program, compiled);
  }
  return compiled;
}

function uniformOf(
  device: GPUDevice,
  program: Program,
  { compiled: { uniforms }, args }: {
    readonly compiled: Compiled;
    readonly args: Readonly<Record<string, number>>;
  },
): GPUBuffer {
  const types = [["numGroups", "u32"], ...Object.entries(program.args)];
  const key = types.map(([name]) => args[name!]).join();
  const known = uniforms.get(key);
  if (known !== undefined) return known;
  const size = Math.ceil(types.length / 4) * 16;
  const buffer = device.createBuffer({
    size,
    usage: GPUBufferUsage.UNIFORM,
    mappedAtCreation: true,
  });
  const view = new DataView(buffer.getMappedRange());
  types.forEach(([name, type], i) => {
    const value = args[name!]!;
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  buffer.unmap();
  // Those that queued commands use live on without the map.
  if (uniforms.size >= MAX_KEPT) uniforms.clear();
  uniforms.set(key, buffer);
  return buffer;
}

function bindGroupOf(
  device: GPUDevice,
  { layout, bindGroups }: Compiled,
  resources: readonly GPUBufferBinding[],
): GPUBindGroup {
  let key = "";
  for (const { buffer, offset, size } of resources) {
    let id = BUFFER_IDS.get(buffer);
    if (id === undefined) BUFFER_IDS.set(buffer, id = nextBufferId++);
    key += offset === undefined ? `${id},` : `${id}+${offset}:${size},`;
  }
  let bindGroup = bindGroups.get(key);
  if (bindGroup === undefined) {
    bindGroup = device.createBindGroup({
      layout,
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
    if (bindGroups.size >= MAX_KEPT) bindGroups.clear();
    bindGroups.set(key, bindGroup);
  }
  return bindGroup;
}
