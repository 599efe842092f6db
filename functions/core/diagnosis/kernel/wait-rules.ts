import { NOT_APPLICABLE } from '../cause-rule.ts';
import { type KernelRule, secondsText, verdictOf } from './kernel-rule.ts';

/** Of the look. Judgement, not a measurement. */
const PRESSURE_PERCENT = 10;

/** Errors that say that something is full, broken or used up. Most others belong to normal operation. */
const GRAVE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on a file system',
  EDQUOT: 'a disk quota is used up',
  EROFS: 'a file system is read-only',
  EIO: 'a disk or file system fails',
  EMFILE: 'too many open descriptors in a process',
  ENFILE: 'too many open files on the host',
  ENOMEM: 'no memory left',
};

/** It waits for its disks. */
const ioWait: KernelRule = {
  code: 'IO_WAIT',
  remedy: 'look at the latency and the limits of its volumes, and at what else uses them',
  judge: ({ ioPressurePercent, ioWaitMs, milliseconds, pressureOf, readKilobytes, writtenKilobytes }) => {
    // What the threads waited themselves says more than the pressure on the whole host.
    const pressure = pressureOf === 'host' && ioWaitMs !== undefined ? undefined : ioPressurePercent;
    if (pressure === undefined && ioWaitMs === undefined) return NOT_APPLICABLE;
    const facts = [
      ...(pressure === undefined
        ? []
        : [`the ${pressureOf ?? 'unit'} waited for I/O ${pressure} % of the time`]),
      ...(ioWaitMs === undefined ? [] : [`its threads were blocked for ${secondsText(ioWaitMs)} in sum`]),
      `it read ${readKilobytes} KB and wrote ${writtenKilobytes} KB`,
    ];
    const percent = Math.max(pressure ?? 0, (100 * (ioWaitMs ?? 0)) / milliseconds);
    return verdictOf(percent >= PRESSURE_PERCENT, facts.join('; '));
  },
};

/** It waits for memory: for pages to be read back, or to be freed. */
const memoryPressure: KernelRule = {
  code: 'MEMORY_PRESSURE',
  remedy: 'raise its MemoryMax, as `increase_resources` does, or find out what takes the memory',
  judge: ({ memoryPressurePercent, pressureOf }) =>
    memoryPressurePercent === undefined
      ? NOT_APPLICABLE
      : verdictOf(
          memoryPressurePercent >= PRESSURE_PERCENT,
          `the ${pressureOf ?? 'unit'} waited for memory ${memoryPressurePercent} % of the time`,
        ),
};

/** The kernel refuses what it asks for. */
const callsFail: KernelRule = {
  code: 'CALLS_FAIL',
  remedy: 'free or raise what is used up, or repair what is broken',
  judge: ({ failedCalls }) => {
    if (failedCalls === undefined) return NOT_APPLICABLE;
    const grave = Object.entries(failedCalls).flatMap(([code, times]) => {
      const meaning = GRAVE_ERRORS[code];
      return meaning === undefined ? [] : [`${code} (${meaning}), ${times} times`];
    });
    return verdictOf(grave.length > 0, `system calls failed with ${grave.join('; ')}`);
  },
};

export const WAIT_RULES: readonly KernelRule[] = [ioWait, memoryPressure, callsFail];
