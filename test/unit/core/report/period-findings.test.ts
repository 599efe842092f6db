import { describe, expect, it } from 'vitest';
import { logFindings } from '../../../../functions/core/investigation/log-findings.ts';
import { traceFindings } from '../../../../functions/core/investigation/trace-findings.ts';
import { trailFindings } from '../../../../functions/core/investigation/trail-findings.ts';
import type { Operation, StepRecord } from '../../../../functions/core/operation/operation.ts';
import { periodFindings } from '../../../../functions/core/report/period-findings.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { ranOperation, recordsOf } from '../../../factories/report/records.ts';

const web = ranOperation({ component: 'web', raised: 0, ended: 60, result: 'FAILED' });
const api = ranOperation({ component: 'api', raised: 100, ended: 160, result: 'FAILED' });

const kept = (
  operation: Operation,
  stepId: StepRecord['stepId'],
  action: string,
  { lines }: { readonly lines: readonly string[] },
) => stepOf(operation, { stepId, action, outcome: 'SUCCEEDED', detail: lines.join('\n') });

const logged = (operation: Operation, counts: Readonly<Record<string, number>>) => {
  const signatures = Object.entries(counts).map(([template, count]) => ({ template, count, firstMs: NOON }));
  const groups = ['/a', '/b'].map((logGroup) => ({ logGroup, problems: ['not whole'], bytesScanned: 0 }));
  const [first] = groups;
  const found = logFindings(NOON, first ? [{ ...first, signatures }, ...groups.slice(1)] : []);
  return kept(operation, 'keep-1', 'read_logs', found);
};

const changed = (operation: Operation, principals: readonly string[]) => {
  const events = principals.map((principal, index) => ({
    ...{ id: String(index), atMs: NOON - index * 1_000, name: 'UpdateService', principal },
    service: 'ecs.amazonaws.com',
  }));
  const found = trailFindings({ fromMs: 0, toMs: NOON }, NOON, [{ resource: 'web-svc', events }]);
  return kept(operation, 'keep-2', 'read_trail', found);
};

describe('the findings of a period', () => {
  it('begin with the first by name among those that are equally frequent', () => {
    const lines = { 'b failed': 2, 'a failed': 2, 'c failed': 2 };
    for (const counts of [lines, Object.fromEntries(Object.entries(lines).toReversed())])
      expect(periodFindings([logged(web, counts)]).map(({ name }) => name)).toEqual([
        'a failed',
        'b failed',
        'c failed',
      ]);
  });

  it('add up lines of logs over operations and components, the most frequent first', () => {
    const steps = [
      logged(web, { 'pool (of <n>) exhausted': 3, 'disk failed': 4 }),
      logged(api, { 'pool (of <n>) exhausted': 2 }),
    ];
    expect(periodFindings(steps)).toEqual([
      {
        ...{ source: 'logs', name: 'pool (of <n>) exhausted', count: 5 },
        ...{ operations: 2, components: ['api', 'web'] },
      },
      { source: 'logs', name: 'disk failed', count: 4, operations: 1, components: ['web'] },
    ]);
  });

  it('count a call once that two operations found, and leave out what AWS did by itself', () => {
    const principals = [
      ...['role deploy as jane', 'ecs.amazonaws.com', 'role AWSServiceRoleForECS as ecs', 'root'],
      'role deploy as jane',
    ];
    const steps = [changed(web, principals), changed(api, principals)];
    expect(periodFindings(steps)).toEqual([
      {
        ...{ source: 'cloudtrail', count: 2, operations: 2, components: ['api', 'web'] },
        name: 'UpdateService (ecs.amazonaws.com) on web-svc by role deploy as jane',
      },
      {
        ...{ source: 'cloudtrail', count: 1, operations: 2, components: ['api', 'web'] },
        name: 'UpdateService (ecs.amazonaws.com) on web-svc by root',
      },
    ]);
  });

  it('say why traced requests failed', () => {
    const causes = [{ failure: 'fault', path: ['web', 'orders'] }] as const;
    const traces = ['1-a', '1-b'].map((id) => ({ id, causes }));
    const found = traceFindings(NOON, { names: ['web'], traces, scanned: 9, problems: ['not to the end'] });
    expect(periodFindings([kept(web, 'keep-3', 'read_traces', found)])).toEqual([
      { source: 'xray', name: 'fault: web → orders', count: 2, operations: 1, components: ['web'] },
    ]);
  });

  it('are five of each source at most', () => {
    const counts = (offset: number) =>
      Object.fromEntries([1, 2, 3, 4].map((count) => [`fault ${count + offset}`, count]));
    expect(periodFindings([logged(web, counts(0)), logged(api, counts(4))])).toHaveLength(5);
  });

  it('are nothing where other steps say something that looks alike', () => {
    const detail = '3 × disk failed (trace 1-a)';
    expect(periodFindings([stepOf(web, { detail }), stepOf(web, { stepId: 'keep-1', detail })])).toEqual([]);
    const elsewhere = stepOf(web, { ...logged(web, { 'disk failed': 4 }), stepId: 'heal-0' });
    expect(periodFindings([elsewhere])).toEqual([]);
    expect(periodFindings([stepOf(web, { stepId: 'keep-1', action: 'read_logs' })])).toEqual([]);
  });

  it('are part of the report', () => {
    const steps = [logged(web, { 'disk failed': 4 })];
    const { findings } = reportOf(recordsOf({ operations: [web], steps }));
    expect(findings).toEqual(periodFindings(steps));
    expect(findings).toHaveLength(1);
  });
});
