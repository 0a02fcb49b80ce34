"""Makes blocks.json: random blocks of every kind, and the numbers that the gguf package of llama.cpp reads in them.

    pip install gguf==0.19.0 && python tests/models/gguf/make_blocks.py
"""

import json
import os

import gguf
import numpy as np

SCALES = {
    "Q4_0": [0],
    "Q4_1": [0, 2],
    "Q5_0": [0],
    "Q5_1": [0, 2],
    "Q8_0": [0],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
}


def block_of(name, rng):
    kind = gguf.GGMLQuantizationType[name]
    _, size = gguf.GGML_QUANT_SIZES[kind]
    block = rng.integers(0, 256, size=size, dtype=np.uint8)
    for at in SCALES[name]:  # random bits could be infinite
        block[at : at + 2] = np.frombuffer(np.float16(rng.normal() * 0.1).tobytes(), dtype=np.uint8)
    values = gguf.quants.dequantize(block.reshape(1, -1), kind).reshape(-1)
    return {"bytes": block.tobytes().hex(), "values": [float(value) for value in values]}


def main():
    rng = np.random.default_rng(0)
    blocks = {name: [block_of(name, rng) for _ in range(2)] for name in SCALES}
    path = os.path.join(os.path.dirname(__file__), "blocks.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"gguf": gguf_version(), "blocks": blocks}, file)
        file.write("\n")


def gguf_version():
    from importlib.metadata import version

    return version("gguf")


if __name__ == "__main__":
    main()
