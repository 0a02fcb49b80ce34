import { assert, assertEquals, assertRejects } from "@std/assert";
import { openGpuDevice } from "../../lib/device/gpu_device.ts";
import { subgroupHeader, trySubgroups } from "../../lib/device/subgroups.ts";
import { findAdapter } from "../../lib/device/webgpu.ts";

const found = await findAdapter();
const device = found && await openGpuDevice(found.adapter);
const header = device ? subgroupHeader(device) : undefined;
if (!device) {
  console.warn("SKIPPED: subgroups, as there is no adapter, not even a software one");
} else if (header === undefined) {
  console.warn(`SKIPPED: subgroups, as ${found.summary.description} has none`);
} else console.log(`subgroups: ${found.summary.description}`);

/** The device with its programs' texts changed on the way. */
function changed(change: (code: string) => string): GPUDevice {
  const gpu = device!;
  return {
    queue: gpu.queue,
    pushErrorScope: (filter: GPUErrorFilter) => gpu.pushErrorScope(filter),
    popErrorScope: () => gpu.popErrorScope(),
    createShaderModule: ({ code }: { code: string }) =>
      gpu.createShaderModule({ code: change(code) }),
    createComputePipeline: (options: GPUComputePipelineDescriptor) =>
      gpu.createComputePipeline(options),
    createBuffer: (options: GPUBufferDescriptor) => gpu.createBuffer(options),
    createBindGroup: (options: GPUBindGroupDescriptor) => gpu.createBindGroup(options),
    createCommandEncoder: () => gpu.createCommandEncoder(),
  } as unknown as GPUDevice;
}

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, ignore: header === undefined });

test("trySubgroups() finds what a text that uses subgroups begins with", async () => {
  const refusing = changed((code) => code.replace("enable subgroups;", "enable nothing;"));
  // The compiler takes the functions with the directive, or else without it.
  const plain = changed((code) => code.replace("enable subgroups;", header!));
  assertEquals([await trySubgroups(plain), subgroupHeader(plain)], [true, "enable subgroups;"]);
  if (header === "") {
    assertEquals([await trySubgroups(refusing), subgroupHeader(refusing)], [true, ""]);
  }
});

test("trySubgroups() refuses subgroups that add up or number themselves wrongly", async () => {
  for (
    const [part, replacement] of [
      ["subgroupAdd(f32(local + 1u))", "f32(local + 1u)"],
      ["subgroupMax(f32(local))", "f32(0u * local)"],
      ["subgroupMax(local)", "0u * local"],
      ["found[subgroup]", "found[subgroup + 1u]"],
      ["f32(subgroups)", "f32(subgroups + 1u)"],
    ] as const
  ) {
    let isPart = true;
    const broken = changed((code) => {
      isPart &&= code.includes(part);
      return code.replace(part, replacement);
    });
    assertEquals(await trySubgroups(broken), false, `with ${replacement}`);
    assertEquals(subgroupHeader(broken), undefined);
    assert(isPart, `no ${part} in the program`);
  }
});

test("openGpuDevice() leaves subgroups out when told to", async () => {
  const { adapter } = (await findAdapter())!;
  const without = await openGpuDevice(adapter, false);
  assertEquals(without.features.has("subgroups"), false);
  assertEquals(subgroupHeader(without), undefined);
  without.destroy();
});

Deno.test({
  name: "openGpuDevice() takes an adapter without subgroups as it is, and no other refusal",
  ignore: !device,
  fn: async () => {
    const asked: string[][] = [];
    const adapter = (refusal: Error) => ({
      features: new Set(["shader-f16"]),
      limits: found!.adapter.limits,
      requestDevice: ({ requiredFeatures }: { requiredFeatures: string[] }) => {
        asked.push(requiredFeatures);
        return requiredFeatures.includes("subgroups")
          ? Promise.reject(refusal)
          : Promise.resolve(changed((code) => code));
      },
    } as unknown as GPUAdapter);
    const without = await openGpuDevice(adapter(new TypeError("not a subset")));
    assertEquals(subgroupHeader(without), undefined);
    assertEquals(asked, [["shader-f16", "subgroups"], ["shader-f16"]]);
    const lost = new DOMException("the driver is gone", "OperationError");
    await assertRejects(() => openGpuDevice(adapter(lost)), DOMException, "the driver is gone");
  },
});
