import { CPU_RULES } from './cpu-rules.ts';
import type { KernelLook } from './kernel-look.ts';
import type { KernelFindingCode, KernelRule } from './kernel-rule.ts';
import { TCP_RULES } from './tcp-rules.ts';
import { WAIT_RULES } from './wait-rules.ts';

export const KERNEL_RULES: readonly KernelRule[] = [...CPU_RULES, ...WAIT_RULES, ...TCP_RULES];

export interface KernelFinding {
  readonly code: KernelFindingCode;
  readonly reason: string;
  readonly remedy: string;
}

export interface KernelFindings {
  readonly findings: readonly KernelFinding[];
  /** What no rule can tell, because something could not be read. */
  readonly notJudged: readonly KernelFindingCode[];
}

/** What a look says of a component that is slow or fails. */
export function kernelFindings(look: KernelLook): KernelFindings {
  const judged = KERNEL_RULES.map((rule) => ({ ...rule, verdict: rule.judge(look) }));
  return {
    findings: judged.flatMap(({ code, remedy, verdict }) =>
      verdict.verdict === 'supported' ? [{ code, reason: verdict.reason, remedy }] : [],
    ),
    notJudged: judged.flatMap(({ code, verdict }) => (verdict.verdict === 'not-applicable' ? [code] : [])),
  };
}
