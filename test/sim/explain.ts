import type { Defect } from './defects/defect.ts';
import { shrink } from './shrink.ts';
import type { Simulation } from './simulate.ts';
import { timeline } from './timeline.ts';

export interface ExplainOptions {
  readonly defect?: Defect;
  /** Whether the whole timeline is printed. @default only what concerns the component */
  readonly all?: boolean;
}

/** Prints the shortest schedule of faults that breaks the same invariant, its timeline, and how to replay it. */
export async function explain(
  failing: Simulation,
  print: (line: string) => void,
  { defect, all = false }: ExplainOptions = {},
): Promise<void> {
  const { run, tried, isShortest } = await shrink(failing, defect && { defect });
  for (const line of timeline(run.evidence.trace, all ? undefined : componentOf(run))) print(line);
  const enough = `${run.faults.length} of ${failing.faults.length} faults are enough`;
  print(
    `seed ${run.seed}: ${enough}${isShortest ? '' : `; fewer may be enough, but ${tried} tries were used up`}`,
  );
  for (const id of run.faults) print(`  ${id}`);
  printViolations(run, print);
  const faults = run.faults.map((id) => ` --fault '${id}'`).join('');
  const put = defect ? ` --defect '${defect.name}'` : '';
  print(`replay it with: npm run sim -- --seed ${run.seed}${put}${faults === '' ? ' --calm' : faults}`);
}

export function printViolations({ violations }: Simulation, print: (line: string) => void): void {
  for (const { invariant, text } of violations) print(`violated: ${invariant}: ${text}`);
}

/** The component that the first violation is about, if it names one or one of its operations. */
function componentOf({ violations, evidence }: Simulation): string | undefined {
  const text = violations[0]?.text ?? '';
  const admission = evidence.trace
    .of('admitted')
    .find(({ operation }) => text.includes(operation.operationId));
  const named = Object.keys(evidence.fleet.components).find((name) => text.includes(name));
  return admission?.operation.component ?? named;
}
