import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { MdcBridgeError } from '../../errors.js';

/** What `assembly/kernel.ts` exports. Addresses are bytes from the start of its memory; counts come as numbers. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly CALLS: Constant;
  readonly COLUMNS: Constant;
  readonly COUNTS: Constant;
  readonly ENVELOPE: Constant;
  readonly ENVELOPE_BYTES: Constant;
  readonly FIRST_TIME: Constant;
  readonly GUARD_BYTES: Constant;
  readonly HASHED: Constant;
  readonly HASHED_PREFIX_BYTES: Constant;
  readonly HEADER: Constant;
  readonly HEADER_BYTES: Constant;
  readonly INPUT: Constant;
  readonly INPUT_BYTES: Constant;
  readonly KEYS: Constant;
  readonly KEYS_BYTES: Constant;
  readonly LAST_TIME: Constant;
  readonly LIMITS: Constant;
  readonly MAX_COLUMNS: Constant;
  readonly MEMORY_BYTES: Constant;
  readonly SAMPLES: Constant;
  readonly SEGMENTS: Constant;
  readonly TIME: Constant;
  readonly NEEDS_INPUT: Constant;
  readonly NEEDS_DRAIN: Constant;
  readonly DONE: Constant;
  guardAt(n: number): number;
  beginFile(width: number, correlated: boolean, headerFields: number): void;
  setFolderTime(length: number): number;
  makeRoom(): number;
  acceptInput(length: number, last: boolean): void;
  beginEnvelope(hashedPrefixLength: number): void;
  beginConvert(emptyAsString: boolean, sinceLength: number, untilLength: number): void;
  continueAt(ordinal: number): void;
  convert(): number;
  drained(): void;
  segmentCount(): number;
  lineCount(): number;
  blankCount(): number;
  rowCount(): number;
  eventCount(): number;
  lossyCount(): number;
  outOfRangeCount(): number;
  beginCensus(names: number): void;
  beginSplits(every: number, reach: number): void;
  census(): number;
  censusDrained(): void;
  finishedCalls(): number;
  sampleCount(): number;
  takeSplit(): number;
  splitOffset(): number;
  splitOrdinal(): number;
  censusLines(): number;
  censusBlanks(): number;
  censusRows(): number;
  censusCalls(): number;
  callSizesA(): number;
  callSizesB(): number;
  firstTimeBytes(): number;
  lastTimeBytes(): number;
  doesGoBack(): number;
  isAnotherForm(): number;
}

interface Constant {
  readonly value: number;
}

/** The part of the WebAssembly API that is used; the library's types don't ask for the DOM's. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: unknown }>;
}

const GUARD_BYTE = 0xa5;

/** One instance of the byte-level kernel: its functions, and its memory of fixed size. Serves one file at a time. */
export class Kernel {
  readonly call: KernelExports;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly #guards: readonly Buffer[];
  /** What each of them should be. */
  readonly #whole: Buffer;

  constructor(exports: KernelExports) {
    this.call = exports;
    this.bytes = Buffer.from(exports.memory.buffer);
    this.words = new Uint32Array(exports.memory.buffer);
    const guards: Buffer[] = [];
    for (let at = exports.guardAt(0); at !== 0; at = exports.guardAt(guards.length)) {
      guards.push(this.bytes.subarray(at, at + exports.GUARD_BYTES.value));
    }
    for (const guard of guards) guard.fill(GUARD_BYTE);
    this.#guards = guards;
    this.#whole = Buffer.alloc(exports.GUARD_BYTES.value, GUARD_BYTE);
  }

  /** @throws MdcBridgeError `internal` if anything was written where nothing may be. */
  checkGuards(file: string): void {
    const broken = this.#guards.findIndex((guard) => !guard.equals(this.#whole));
    if (broken < 0) return;
    throw new MdcBridgeError('internal', `the kernel wrote out of bounds (guard ${broken})`, {
      place: { file },
      remedy: 'nothing of this file was written; please report it, and set MDC_BRIDGE_KERNEL=off meanwhile',
    });
  }
}

const KERNEL = new URL('./kernel.wasm', import.meta.url);
/** The smallest module with a SIMD instruction: a function that makes a vector and drops it. */
const SIMD_PROBE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic, version 1
  ...[1, 4, 1, 0x60, 0, 0], // type: () → ()
  ...[3, 2, 1, 0], // one function of that type
  ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 0x1a, 11], // i32.const 0, i8x16.splat, drop, end
]);

/** Why there is no kernel here; `undefined` where there is one. */
function absence(): string | undefined {
  if (process.env['MDC_BRIDGE_KERNEL'] === 'off') return 'MDC_BRIDGE_KERNEL is off';
  if (compiled !== undefined) return undefined;
  if (!webAssembly().validate(SIMD_PROBE)) return 'this machine has no WebAssembly SIMD';
  return existsSync(KERNEL) ? undefined : 'kernel.wasm is not built';
}

let warned = false;

/** Says once that everything will go the reference path, if so. For the thread that threads are started from. */
export function warnWithoutKernel(): void {
  const why = warned ? undefined : absence();
  if (why === undefined) return;
  warned = true;
  process.emitWarning(`converting without the fast path, to the same result but much slower: ${why}`, {
    code: 'MDC_BRIDGE_NO_KERNEL',
  });
}

let compiled: Promise<object> | undefined;
const free: Kernel[] = [];

/** Lends a kernel to `use`; `undefined` where there is none: the reference path then does the work. */
export async function withKernel<T>(use: (kernel: Kernel) => Promise<T>): Promise<T | undefined> {
  if (absence() !== undefined) return undefined;
  compiled ??= readFile(KERNEL).then((bytes) => webAssembly().compile(bytes));
  const kernel = free.pop() ?? (await instantiate(await compiled));
  try {
    return await use(kernel);
  } finally {
    free.push(kernel);
  }
}

function webAssembly(): WebAssemblyApi {
  return (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
}

async function instantiate(module: object): Promise<Kernel> {
  const { exports } = await webAssembly().instantiate(module, {});
  return new Kernel(exports as KernelExports);
}
