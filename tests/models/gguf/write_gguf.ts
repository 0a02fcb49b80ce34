/**
 * Small GGUF files, for tests.
 *
 * @module
 */

/** A value of metadata; whole numbers are written as uint32. */
export type GgufValue =
  | string
  | boolean
  | number
  | { readonly float: number }
  | readonly GgufValue[];

/** A tensor to be written. */
export interface NewTensor {
  /** Shape, the slowest axis first. */
  readonly shape: readonly number[];
  /** ggml's number of how it is stored: 0 = float32, 8 = Q8_0. */
  readonly type: number;
  /** Its bytes. */
  readonly bytes: Uint8Array;
}

const ALIGNMENT = 32;
const UINT32 = 4, FLOAT32 = 6, BOOL = 7, STRING = 8, ARRAY = 9;

/**
 * Bytes of a file of version 3.
 *
 * @param metadata By key.
 * @param tensors By llama.cpp's name.
 */
export function ggufBytesOf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: Readonly<Record<string, NewTensor>>,
): Uint8Array<ArrayBuffer> {
  const header: number[] = [];
  const numbers = (size: number, write: (view: DataView) => void) => {
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer));
    header.push(...bytes);
  };
  const uint32 = (value: number) => numbers(4, (view) => view.setUint32(0, value, true));
  const uint64 = (value: number) => numbers(8, (view) => view.setBigUint64(0, BigInt(value), true));
  const text = (value: string) => {
    const bytes = new TextEncoder().encode(value);
    uint64(bytes.length);
    header.push(...bytes);
  };
  const value = (one: GgufValue): void => {
    if (typeof one === "string") text(one);
    else if (typeof one === "boolean") header.push(one ? 1 : 0);
    else if (typeof one === "number") uint32(one);
    else if (isList(one)) {
      uint32(one.length === 0 ? UINT32 : typeOf(one[0]!));
      uint64(one.length);
      one.forEach(value);
    } else numbers(4, (view) => view.setFloat32(0, one.float, true));
  };
  header.push(...new TextEncoder().encode("GGUF"));
  uint32(3);
  uint64(Object.keys(tensors).length);
  uint64(Object.keys(metadata).length);
  for (const [key, one] of Object.entries(metadata)) {
    text(key);
    uint32(typeOf(one));
    value(one);
  }
  let offset = 0;
  const places: number[] = [];
  for (const [name, { shape, type, bytes }] of Object.entries(tensors)) {
    text(name);
    uint32(shape.length);
    shape.toReversed().forEach(uint64);
    uint32(type);
    uint64(offset);
    places.push(offset);
    offset += Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT;
  }
  const start = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + offset);
  file.set(header);
  Object.values(tensors).forEach(({ bytes }, i) => file.set(bytes, start + places[i]!));
  return file;
}

const isList = (value: GgufValue): value is readonly GgufValue[] => Array.isArray(value);

function typeOf(value: GgufValue): number {
  if (typeof value === "string") return STRING;
  if (typeof value === "boolean") return BOOL;
  if (typeof value === "number") return UINT32;
  return isList(value) ? ARRAY : FLOAT32;
}
