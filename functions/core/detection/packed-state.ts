import type { Memory } from './detector.ts';
import { DETECTOR_NAMES } from './detectors.ts';
import { type Series, type SeriesState, startSeries } from './series.ts';

/** To be raised whenever what a detector remembers changes its meaning: series then start again. */
const FORMAT = 1;
const HEADER_BYTES = 4;

export function copyMemory<M extends Memory>(memory: M): M;
export function copyMemory(memory: Memory): Memory {
  if (typeof memory === 'number') return memory;
  if (memory instanceof Float32Array) return memory.slice();
  const copy: { [field: string]: Memory } = {};
  for (const field of Object.keys(memory)) copy[field] = copyMemory(memory[field] ?? 0);
  return copy;
}

/**
 * A state in a few bytes: format, detector and size, then numbers in 64 bits and arrays in 32, in the order in which the
 * detector declares them. Nothing is rounded: a series goes on as if it had never been packed.
 */
export function packState(series: Series, state: SeriesState): Uint8Array {
  return packMemory(DETECTOR_NAMES.indexOf(series.detector), state);
}

/** `undefined` if the state is of another format, detector or size: the series then starts again. */
export function unpackState(series: Series, bytes: Uint8Array): SeriesState | undefined {
  return unpackMemory(DETECTOR_NAMES.indexOf(series.detector), startSeries(series), bytes);
}

/** @param kind what the memory is of, from 0 to 255 */
function packMemory(kind: number, memory: Memory): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + sizeOf(memory));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORMAT);
  view.setUint8(1, kind);
  view.setUint16(2, bytes.length);
  write(view, HEADER_BYTES, memory);
  return bytes;
}

/** @param empty a new memory of that kind, which is filled */
function unpackMemory<M extends { [field: string]: Memory }>(
  kind: number,
  empty: M,
  bytes: Uint8Array,
): M | undefined {
  if (bytes.length !== HEADER_BYTES + sizeOf(empty)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSame =
    view.getUint8(0) === FORMAT && view.getUint8(1) === kind && view.getUint16(2) === bytes.length;
  if (!isSame) return undefined;
  read(view, HEADER_BYTES, empty);
  return empty;
}

function sizeOf(memory: Memory): number {
  if (typeof memory === 'number') return 8;
  if (memory instanceof Float32Array) return memory.byteLength;
  return Object.values(memory).reduce<number>((sum, part) => sum + sizeOf(part), 0);
}

function write(view: DataView, start: number, memory: Memory): number {
  if (typeof memory === 'number') {
    view.setFloat64(start, memory, true);
    return start + 8;
  }
  if (memory instanceof Float32Array) {
    memory.forEach((value, index) => {
      view.setFloat32(start + 4 * index, value, true);
    });
    return start + memory.byteLength;
  }
  return Object.values(memory).reduce<number>((at, part) => write(view, at, part), start);
}

function read(view: DataView, start: number, memory: { [field: string]: Memory }): number {
  let at = start;
  for (const [field, part] of Object.entries(memory)) {
    if (typeof part === 'number') {
      memory[field] = view.getFloat64(at, true);
      at += 8;
    } else if (part instanceof Float32Array) {
      for (let index = 0; index < part.length; index++, at += 4) part[index] = view.getFloat32(at, true);
    } else {
      at = read(view, at, part);
    }
  }
  return at;
}
