import { type KernelFindings, kernelFindings } from './kernel-findings.ts';
import { type KernelLook, kernelLook } from './kernel-look.ts';

/** What a host answered to a look. */
export interface KernelAnswer extends Partial<KernelFindings> {
  readonly look?: KernelLook;
  /** Why there is no look. */
  readonly missing?: string;
}

/** @param invocation as Run Command gives it; `undefined` if the host has not answered */
export function kernelAnswer(
  invocation: { readonly status: string; readonly output: string } | undefined,
): KernelAnswer {
  if (!invocation) return { missing: 'it has not answered' };
  const { status, output } = invocation;
  if (status !== 'Success') return { missing: /^selfheal: .*$/m.exec(output)?.[0] ?? status };
  const look = kernelLook(output);
  if (!look) return { missing: 'Success, with an answer that cannot be read' };
  return { look, ...kernelFindings(look) };
}
