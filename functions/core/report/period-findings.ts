import { type CountedFinding, readChangeLine, readCountedLine } from '../investigation/finding-lines.ts';
import { INVESTIGATIONS, type InvestigationSource } from '../investigation/findings.ts';
import type { StepRecord } from '../operation/operation.ts';

/** Something that investigations after repairs that did not heal have found. */
export interface PeriodFinding {
  readonly source: InvestigationSource;
  /** A kind of error lines, a call with who made it, or why traced requests failed. Masked. */
  readonly name: string;
  /** Of log lines, calls, or traced requests. */
  readonly count: number;
  readonly operations: number;
  readonly components: readonly string[];
}

interface Found extends CountedFinding {
  /** What is the same in two operations is counted once. @default nothing is */
  readonly key?: string;
  readonly step: StepRecord;
}

const OF_EACH_SOURCE = 5;

/** People and their pipelines; what AWS does by itself, also with a role of its own, is left out. */
const BY_PEOPLE = / by (?:root\b|user |role (?!AWSServiceRole))/;

const READ: Readonly<Record<InvestigationSource, (line: string) => Omit<Found, 'step'> | undefined>> = {
  logs: readCountedLine,
  cloudtrail: (line) => {
    const change = readChangeLine(line);
    return change && BY_PEOPLE.test(change.text) ? { text: change.text, count: 1, key: line } : undefined;
  },
  xray: readCountedLine,
};

/** The five most frequent findings of each source. */
export function periodFindings(steps: readonly StepRecord[]): readonly PeriodFinding[] {
  return (Object.keys(INVESTIGATIONS) as readonly InvestigationSource[]).flatMap((source) => {
    const { stepId, action } = INVESTIGATIONS[source];
    const found = steps
      .filter((step) => step.stepId === stepId && step.action === action)
      .flatMap((step) => linesOf(step).flatMap((line) => foundIn(READ[source](line), step)));
    return [...Map.groupBy(found, ({ text }) => text)]
      .map(([name, all]) => findingOf(source, name, all))
      .toSorted((a, b) => b.count - a.count || b.operations - a.operations || (a.name < b.name ? -1 : 1))
      .slice(0, OF_EACH_SOURCE);
  });
}

const linesOf = ({ detail = '' }: StepRecord) => detail.split('\n');

const foundIn = (found: Omit<Found, 'step'> | undefined, step: StepRecord): readonly Found[] =>
  found ? [{ ...found, step }] : [];

function findingOf(source: InvestigationSource, name: string, all: readonly Found[]): PeriodFinding {
  const counted = [...new Map(all.map((each) => [each.key ?? each, each])).values()];
  return {
    ...{ source, name },
    count: counted.reduce((sum, { count }) => sum + count, 0),
    operations: new Set(all.map(({ step }) => step.operationId)).size,
    components: [...new Set(all.map(({ step }) => step.component))].sort(),
  };
}
