/**
 * PyTorch on the same GPU, with a time limit for each measurement.
 *
 * @module
 */
import type { Peer } from "../peers/peer.ts";
import { startPythonPeer } from "../peers/python_peer.ts";
import { huggingFaceSizes } from "../support/decoders.ts";
import type { GpuItem } from "./items.ts";

/** What the peer found. */
export type PeerReply =
  | { readonly rate: number; readonly note: string }
  | { readonly failure: string };

/** PyTorch; started when it is first asked, and again after a measurement that was stopped. */
export class GpuPeer implements AsyncDisposable {
  readonly #python: string;
  readonly #device: string;
  #running: Peer | undefined;
  #refusal: string | undefined;

  /**
   * Nothing is started yet.
   *
   * @param python Interpreter.
   * @param device Device of PyTorch, such as `cuda`.
   */
  constructor(python: string, device: string) {
    this.#python = python;
    this.#device = device;
  }

  /**
   * Starts it and asks what it runs on.
   *
   * @returns A line for the notes.
   */
  async describe(): Promise<string> {
    try {
      const hello = { device: this.#device };
      const { peer, libraries } = await startPythonPeer(this.#python, {
        script: "gpu_peer.py",
        hello,
      });
      this.#running = peer;
      if (!libraries.available) this.#refusal = `PyTorch finds no ${this.#device} here`;
      const { torch, transformers, name } = libraries;
      return this.#refusal ?? `torch ${torch}, transformers ${transformers} on ${name}`;
    } catch (error) {
      this.#refusal = (error as Error).message.split("\n")[0]!;
      return this.#refusal;
    }
  }

  /**
   * Measures.
   *
   * @param item What.
   * @param limitMs When to give up.
   * @returns What was found, or why nothing was.
   */
  async measure(item: GpuItem, limitMs: number): Promise<PeerReply> {
    if (this.#refusal === undefined && this.#running === undefined) await this.describe();
    const peer = this.#running;
    if (this.#refusal !== undefined || peer === undefined) {
      return { failure: this.#refusal ?? "PyTorch does not start" };
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<PeerReply>((resolve) => {
      timer = setTimeout(() => {
        peer.kill();
        this.#running = undefined;
        resolve({ failure: `stopped after ${(limitMs / 1000).toFixed(0)} s` });
      }, limitMs);
    });
    const request = { do: item.kind, device: this.#device, item: peerItem(item) };
    const answer = peer.ask(request).then(
      ({ rate, note }): PeerReply => ({ rate: rate as number, note: note as string }),
      (error): PeerReply => ({ failure: (error as Error).message.split("\n")[0]! }),
    );
    try {
      return await Promise.race([answer, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
  }
}

function peerItem(item: GpuItem): Record<string, unknown> {
  return {
    dtype: item.dtype,
    sizes: item.sizes,
    sizes_of_model: item.config && huggingFaceSizes(item.config),
    num_rows: item.numRows,
    prompt_tokens: item.promptTokens,
    new_tokens: item.newTokens,
  };
}
