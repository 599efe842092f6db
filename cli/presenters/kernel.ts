import type { HostKernelLook } from '../../functions/app/queries/kernel-look.ts';
import type { KernelLook } from '../../functions/core/diagnosis/kernel/kernel-look.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { count, span } from './words.ts';

/** What each host’s kernel shows: first what is wrong, then the figures. */
export function kernelLines(output: Output, hosts: readonly HostKernelLook[]): readonly string[] {
  if (hosts.length === 0) return ['The component’s targets select no host.'];
  return hosts.flatMap((host, index) => [...(index === 0 ? [] : ['']), ...hostLines(output, host)]);
}

function hostLines(output: Output, { instanceId, look, missing, ...judged }: HostKernelLook): string[] {
  if (!look) return [`${instanceId}: no look: ${missing ?? 'it has not answered'}`];
  const { findings = [], notJudged = [] } = judged;
  const by = look.source === 'bpftrace' ? 'bpftrace' : '/proc, control groups and PSI';
  const processes = look.processes === 1 ? '1 process' : `${look.processes} processes`;
  return [
    `${instanceId}: ${processes}, ${count(look.threads, 'thread')}, ${span(look.milliseconds)}, by ${by}`,
    ...(findings.length === 0 ? ['Nothing unusual was found.'] : []),
    ...findings.map(({ code, reason, remedy }) => `${output.paint('yellow', code)} ${reason}; ${remedy}`),
    ...(notJudged.length === 0 ? [] : [`not judged: ${notJudged.join(', ')}`]),
    ...look.missing.map((what) => `missing: ${what}`),
    ...columns(output, ['MEASURED', 'VALUE'], rowsOf(look)),
  ];
}

/** The figures under the names that `--json` gives them. */
function rowsOf({ source, missing, failedCalls = {}, ...figures }: KernelLook): readonly string[][] {
  return [
    ...Object.entries(figures).map(([name, value]) => [name, String(value)]),
    ...Object.entries(failedCalls).map(([code, times]) => [`failedCalls ${code}`, String(times)]),
  ];
}
