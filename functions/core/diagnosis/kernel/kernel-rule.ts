import type { KernelLook } from './kernel-look.ts';

/** What the kernel may show of a component that is slow or fails. */
export const KERNEL_FINDINGS = [
  'CPU_THROTTLED',
  'CPU_STARVED',
  'CPU_SATURATED',
  'IO_WAIT',
  'MEMORY_PRESSURE',
  'CALLS_FAIL',
  'CONNECTIONS_FAIL',
  'CONNECTIONS_RESET',
  'CONNECTIONS_DROPPED',
  'TCP_RETRANSMITS',
] as const;
export type KernelFindingCode = (typeof KERNEL_FINDINGS)[number];

/** What a rule says. `not-applicable` is not “no”: what it needs could not be read. */
export type KernelVerdict =
  | { readonly verdict: 'not-applicable' }
  | { readonly verdict: 'refuted' | 'supported'; readonly reason: string };

/** One finding, one rule, one pure function. */
export interface KernelRule {
  readonly code: KernelFindingCode;
  /** What people can do. */
  readonly remedy: string;
  readonly judge: (look: KernelLook) => KernelVerdict;
}

export function verdictOf(isSupported: boolean, reason: string): KernelVerdict {
  return { verdict: isSupported ? 'supported' : 'refuted', reason };
}

/** `0.4 s`, `12 s`. */
export function secondsText(milliseconds: number): string {
  return `${Number((milliseconds / 1_000).toPrecision(2))} s`;
}
