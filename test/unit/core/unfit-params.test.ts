import { describe, expect, it } from 'vitest';
import type { ActionParams } from '../../../functions/core/actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../../../functions/core/actions/action-table.ts';
import type { TargetKind } from '../../../functions/core/target/target.ts';

const unfit = (type: ActionType, kind: TargetKind, params: ActionParams) => {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' ? definition.unfitParams?.(kind, params) : undefined;
};

type Case = readonly [TargetKind, ActionParams, string | undefined];

describe('parameters that mean nothing to a target', () => {
  it.each<Case>([
    ['host', { from: 'latest' }, '`from` and `keep`: its backups are files on the host'],
    ['host', { keep: true }, '`from` and `keep`: its backups are files on the host'],
    ['host', { phase: 'do' }, undefined],
    ['db_instance', { from: 'latest', keep: true, phase: 'do' }, undefined],
    ['db_instance', { phase: 'instance' }, '`phase: instance`: only a cluster has instances'],
    ['db_cluster', { phase: 'instance' }, undefined],
  ])('are refused to restore a snapshot of %s: %j', (kind, params, problem) => {
    expect(unfit('restore_snapshot', kind, params)).toBe(problem);
  });

  it.each<Case>([
    ['lambda_alias', { ladder: [{ memoryMiB: 512 }] }, undefined],
    ['lambda_alias', { ladder: [{ cpuUnits: 5 }] }, '`cpuUnits`: its sizes have memoryMiB only'],
    [
      'ecs_service',
      { ladder: [{ cpuPercent: 5 }] },
      '`cpuPercent`: its sizes have memoryMiB and cpuUnits only',
    ],
    ['host', { ladder: [{ memoryMiB: 64, cpuPercent: 5 }] }, undefined],
    [
      'db_instance',
      { ladder: [{ storageGiB: 5 }, { memoryMiB: 512 }] },
      '`memoryMiB`: its sizes have instanceClass or storageGiB only',
    ],
    ['lambda_alias', { ladder: [{ memoryMiB: 128 }, { memoryMiB: 10_240 }] }, undefined],
    ['lambda_alias', { ladder: [{ memoryMiB: 127 }] }, '`memoryMiB: 127`: a function has 128 to 10240 MiB'],
    [
      'lambda_alias',
      { ladder: [{ memoryMiB: 128 }, { memoryMiB: 10_241 }] },
      '`memoryMiB: 10241`: a function has 128 to 10240 MiB',
    ],
    ['ecs_service', { ladder: [{ memoryMiB: 20_000 }] }, undefined],
  ])('are refused to give more of %s: %j', (kind, params, problem) => {
    expect(unfit('increase_resources', kind, params)).toBe(problem);
  });

  it.each<Case>([
    ['lambda_alias', { to: 900 }, undefined],
    ['lambda_alias', { to: 901 }, '`to: 901`: the time-out of a function is at most 900 s'],
    ['host', { to: 901 }, undefined],
  ])('are refused to adjust a time-out of %s: %j', (kind, params, problem) => {
    expect(unfit('adjust_timeout', kind, params)).toBe(problem);
  });

  it.each<Case>([
    ['host', { by: 'target', version: '3' }, undefined],
    ['custom', { by: 'target' }, '`by: target` is for hosts, aliases and services'],
    ['custom', { by: 'code_deploy' }, '`by: code_deploy` is for hosts, aliases and services'],
    ['custom', { by: 'app_config' }, undefined],
    ['host', { by: 'code_deploy' }, undefined],
    ...(['version', 'revision', 'release'] as const).map(
      (part): Case => [
        'host',
        { by: 'code_deploy', [part]: '3' },
        `\`${part}\`: with \`by: code_deploy\`, the way back is the last release that was deployed before`,
      ],
    ),
  ])('are refused to roll back a deployment to %s: %j', (kind, params, problem) => {
    expect(unfit('rollback_deployment', kind, params)).toBe(problem);
  });

  it.each<Case>([
    ['lambda_alias', { phase: 'do', tracing: true, logLevel: 'debug' }, undefined],
    ['lambda_alias', { detailed: true }, '`detailed`: use `tracing` or `logLevel`'],
    ['lambda_alias', { detailed: false }, undefined],
    ['ecs_service', { tracing: true }, '`tracing`: use `containerInsights`'],
    ['ecs_service', { containerInsights: true, logLevel: undefined }, undefined],
    ['host', { detailed: true }, undefined],
    [
      'host',
      { detailed: true, logLevel: 'debug' },
      '`detailed` and `logLevel`: EC2 and the host do them, each by an action of its own',
    ],
  ])('are refused to monitor more of %s: %j', (kind, params, problem) => {
    expect(unfit('enable_monitoring', kind, params)).toBe(problem);
  });
});
