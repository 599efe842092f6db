import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appExecutors: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'to !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined && to !== undefined',
    replacement: 'from !== undefined || to !== undefined',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-each.ts',
    context: 'const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;',
    original: 'from !== undefined && to !== undefined',
    replacement: 'true',
    reason: 'both are on record, or neither; and from nothing to nothing, there is no change',
  },
  {
    path: 'functions/app/executors/change-setting.ts',
    context: "return typeof wanted === 'object' && wanted !== null && typeof wanted['problem'] === 'string';",
    original: "typeof wanted === 'object'",
    replacement: 'true',
    reason: 'a text, a number, true and false have no property of that name',
  },
  {
    path: 'functions/app/executors/cluster-insights.ts',
    context: 'LEVELS.indexOf(present) < LEVELS.indexOf(wanted) ? wanted : present,',
    original: 'LEVELS.indexOf(present) < LEVELS.indexOf(wanted)',
    replacement: 'LEVELS.indexOf(present) <= LEVELS.indexOf(wanted)',
    reason: 'at the same level, the present one is the wanted one',
  },
  {
    path: 'functions/app/executors/ec2-instance.ts',
    context: "const nodes = change === 'stop' ? [] : await runbooks.resolveTargets({ instanceIds: ids });",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'whether an agent is online says nothing of a stop',
  },
  {
    path: 'functions/app/executors/ecs-service.ts',
    context: "const [cluster = '', service = '', ...rest] = id.split('/');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a reference names a cluster and a service; the compiler cannot know',
  },
  {
    path: 'functions/app/executors/fail-over.ts',
    context: "const code = error instanceof RequestRefused ? (error.serviceCode ?? '') : '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a code by which RDS says that it is busy',
  },
];
