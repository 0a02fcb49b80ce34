/**
 * All GPU measurements in one go, within a time budget: products, rollouts and PPO steps of decoders
 * shaped like SmolLM2-135M and Qwen2.5-0.5B, against PyTorch on the same GPU where it finds one.
 *
 *     deno task gpu [--sizes full|tiny] [--minutes 9.5] [--python PATH] [--peer-device cuda]
 *
 * `--sizes tiny` also takes a software adapter: it tests this script and measures nothing of interest.
 *
 * @module
 */
import { ConfigError } from "../lib/core/mod.ts";
import { type Table, terminalTable } from "../lib/tracking/mod.ts";
import { gpuItems, type GpuSizes } from "./gpu/items.ts";
import { measureInWorker } from "./gpu/own_side.ts";
import { GpuPeer, type PeerReply } from "./gpu/peer_side.ts";
import { explain } from "./support/explain.ts";
import { readFlags } from "./support/flags.ts";
import { machineNotes } from "./support/machine.ts";

/** Longest time of one measurement of one side, in milliseconds. */
const OWN_LIMIT_MS = 60_000, PEER_LIMIT_MS = 40_000;
/** Less time than this is not begun with. */
const LEAST_MS = 3000;

const HELP = `Measures this library on a GPU, and PyTorch where there is one, within a time budget.

Usage: deno task gpu [--sizes full|tiny] [--minutes N] [--python PATH] [--peer-device NAME]

  --sizes        tiny also takes a software adapter, and measures nothing of interest (default: full)
  --minutes      after which nothing new is begun (default: 9.5)
  --python       interpreter with torch (default: python3)
  --peer-device  where PyTorch computes (default: cuda)`;

interface Row {
  readonly what: string;
  readonly dtype: string;
  readonly unit: string;
  readonly own: PeerReply;
  readonly peer: PeerReply;
}

async function measureGpu(): Promise<number> {
  const flags = readFlags(Deno.args, {
    task: "gpu",
    names: ["sizes", "minutes", "python", "peer-device"],
  });
  if (flags === null) {
    console.log(HELP);
    return 0;
  }
  const sizes = (flags.sizes ?? "full") as GpuSizes;
  const minutes = Number(flags.minutes ?? 9.5);
  if ((sizes !== "full" && sizes !== "tiny") || !(minutes > 0)) {
    throw new ConfigError(
      `Cannot measure as --sizes must be full or tiny and --minutes above 0: ${sizes}, ${minutes}`,
      { thing: "--sizes", value: sizes, remedy: "Leave both out for the whole measurement" },
    );
  }
  const end = performance.now() + minutes * 60_000;
  const { date, processor, deno, commit } = await machineNotes();
  console.log(`${date} UTC, ${processor}, deno ${deno}, commit ${commit ?? "unknown"}`);
  await using peer = new GpuPeer(
    flags.python ?? "python3",
    flags["peer-device"] ?? "cuda",
  );
  console.log(`theirs: ${await peer.describe()}`);
  const rows: Row[] = [];
  let device: string | undefined;
  for (const item of gpuItems(sizes)) {
    const within = async (limitMs: number, work: (limitMs: number) => Promise<PeerReply>) => {
      const left = end - performance.now();
      if (left < LEAST_MS) return { failure: "skipped: no time left" };
      return await work(Math.min(limitMs, left));
    };
    const own = await within(OWN_LIMIT_MS, async (limitMs) => {
      const reply = await measureInWorker({ item, allowSoftware: sizes === "tiny" }, limitMs);
      if ("device" in reply && device === undefined) {
        device = reply.device;
        console.log(`ours: WebGPU on ${device}\n`);
      }
      return reply;
    });
    const other = await within(PEER_LIMIT_MS, (limitMs) => peer.measure(item, limitMs));
    const unit = item.kind === "products" ? "TFLOP/s" : "tokens/s";
    const what = item.kind === "products" ? "products" : `${item.kind}, ${item.name}`;
    rows.push({ what, dtype: item.dtype, unit, own, peer: other });
    console.log(`${what}, ${item.dtype}`);
    for (const [side, reply] of Object.entries({ ours: own, PyTorch: other })) {
      console.log(
        `  ${side}: ${
          "failure" in reply ? reply.failure : `${show(reply.rate)} ${unit}: ${reply.note}`
        }`,
      );
    }
  }
  console.log(`\n${terminalTable(resultTable(rows, device))}`);
  return 0;
}

function show(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3);
}

function resultTable(rows: readonly Row[], device: string | undefined): Table {
  const cell = (reply: PeerReply) => "failure" in reply ? "not measured" : show(reply.rate);
  return {
    title: `WebGPU on ${device ?? "no device"}, and PyTorch; rates, higher is better`,
    columns: ["measurement", "precision", "unit", "ours", "PyTorch", "ours / PyTorch"]
      .map((title) => ({ title })),
    rows: rows.map(({ what, dtype, unit, own, peer }) => [
      what,
      dtype,
      unit,
      cell(own),
      cell(peer),
      "rate" in own && "rate" in peer ? (own.rate / peer.rate).toPrecision(3) : "",
    ]),
  };
}

if (import.meta.main) Deno.exit(await explain(measureGpu));
