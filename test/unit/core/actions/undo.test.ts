import { describe, expect, it } from 'vitest';
import type { ActionParams } from '../../../../functions/core/actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../../../../functions/core/actions/action-table.ts';

const UNDONE = { phase: 'undo' };
const ladder = [{ memoryMiB: 512 }];
const files = ['/etc/haproxy/one.cfg'];
const document = { document: 'acme', accepts: {}, effect: 'none' };

describe('how an action is undone', () => {
  it.each<[ActionType, ActionParams, ActionParams | undefined]>([
    // With all that it was given.
    ['disable_rules', { files, phase: 'do' }, { files, phase: 'undo' }],
    ['disable_rules', { files, phase: 'undo' }, undefined],
    // Back to what was there before.
    ['increase_resources', { ladder, phase: 'do' }, UNDONE],
    ['increase_resources', { ladder, phase: 'undo' }, undefined],
    ['enable_monitoring', { tracing: true, phase: 'do' }, UNDONE],
    ['enable_monitoring', { logLevel: 'DEBUG', phase: 'do' }, { logLevel: 'DEBUG', phase: 'undo' }],
    ['enable_monitoring', { logLevel: 'DEBUG', phase: 'undo' }, undefined],
    [
      'scale_resources',
      { to: 5, concurrency: 'reserved', phase: 'do' },
      { concurrency: 'reserved', ...UNDONE },
    ],
    ['scale_resources', { concurrency: 'reserved', phase: 'undo' }, undefined],
    ['rollback_deployment', { by: 'target', version: '3', phase: 'do' }, { by: 'target', phase: 'undo' }],
    ['rollback_deployment', { by: 'target', phase: 'undo' }, undefined],
    // What stays unless it is asked for.
    ['snapshot_database', { keep: false, phase: 'do' }, UNDONE],
    ['snapshot_database', { keep: true, phase: 'do' }, undefined],
    ['snapshot_database', { keep: false, phase: 'undo' }, undefined],
    ['restore_snapshot', { maxAgeSeconds: 60, phase: 'do' }, { maxAgeSeconds: 60, phase: 'undo' }],
    ['restore_snapshot', { keep: true, phase: 'do' }, undefined],
    ['restore_snapshot', { phase: 'instance' }, undefined],
    // By the way in which it was done.
    ['isolate_network', { by: 'agent' }, { by: 'agent' }],
    ['isolate_network', { by: 'agent_first' }, { by: 'security_groups' }],
    ['isolate_network', { by: 'security_groups' }, { by: 'security_groups' }],
    ['drain_target', {}, {}],
    // As the configuration says.
    [
      'invoke_function',
      { function: 'f', undo: true, phase: 'do' },
      { function: 'f', undo: true, phase: 'undo' },
    ],
    ['invoke_function', { function: 'f', undo: true, phase: 'undo' }, undefined],
    ['invoke_function', { function: 'f', undo: false, phase: 'do' }, undefined],
    [
      'run_document',
      { ...document, parameters: { a: '1', b: '2' }, undoParameters: { b: '3' } },
      { ...document, parameters: { a: '1', b: '3' } },
    ],
    ['run_document', { ...document, parameters: { a: '1' } }, undefined],
  ])('follows, for %s, from %j', (type, params, expected) => {
    expect(actionDefinition(type).undoParams?.(params)).toStrictEqual(expected);
  });

  it.each<[ActionType, ActionParams, ActionParams, boolean]>([
    ['increase_resources', { phase: 'undo' }, { phase: 'do' }, true],
    ['increase_resources', { phase: 'do' }, { phase: 'do' }, false],
    ['increase_resources', { phase: 'undo' }, { phase: 'undo' }, false],
    ['enable_monitoring', { phase: 'undo' }, { tracing: true, phase: 'do' }, true],
    ['enable_monitoring', { phase: 'undo' }, { logLevel: 'INFO', phase: 'do' }, false],
    ['enable_monitoring', { logLevel: 'INFO', phase: 'undo' }, { logLevel: 'DEBUG', phase: 'do' }, true],
    ['enable_monitoring', { logLevel: 'INFO', phase: 'do' }, { logLevel: 'DEBUG', phase: 'do' }, false],
    ['enable_monitoring', { logLevel: 'INFO', phase: 'undo' }, { logLevel: 'DEBUG', phase: 'undo' }, false],
    ['rollback_deployment', { by: 'target', phase: 'undo' }, { by: 'target', phase: 'do' }, true],
    ['rollback_deployment', { by: 'target', phase: 'undo' }, { by: 'app_config', phase: 'do' }, false],
    ['rollback_deployment', { by: 'target', phase: 'do' }, { by: 'target', phase: 'do' }, false],
    ['rollback_deployment', { by: 'target', phase: 'undo' }, { by: 'target', phase: 'undo' }, false],
    ['invoke_function', { function: 'f', phase: 'undo' }, { function: 'f', phase: 'do' }, true],
    ['invoke_function', { function: 'f', phase: 'undo' }, { function: 'g', phase: 'do' }, false],
    ['invoke_function', { function: 'f', phase: 'do' }, { function: 'f', phase: 'do' }, false],
    ['invoke_function', { function: 'f', phase: 'undo' }, { function: 'f', phase: 'undo' }, false],
    ['restore_network', { by: 'security_groups' }, { by: 'agent_first' }, true],
    ['restore_network', { by: 'security_groups' }, { by: 'security_groups' }, true],
    ['restore_network', { by: 'security_groups' }, { by: 'agent' }, false],
    ['restore_network', { by: 'agent' }, { by: 'security_groups' }, false],
    ['restore_target', {}, {}, true],
  ])('may have been done before: %s with %j after one with %j: %s', (type, params, done, isUndone) => {
    expect(actionDefinition(type).undoes?.(params, done)).toBe(isUndone);
  });
});
