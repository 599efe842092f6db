import { describe, expect, it } from 'vitest';
import { inAutoMode } from '../../../functions/core/configuration/mode-of.ts';
import { usedStacks } from '../../../functions/core/configuration/optional-stacks.ts';
import {
  automationRoles,
  invokedFunctions,
  lastingFunctions,
  runAutomations,
  runDocuments,
  taskRoles,
} from '../../../functions/core/configuration/own-resources.ts';
import type { Strategy } from '../../../functions/core/configuration/schema/strategy-schema.ts';
import { configured } from '../../factories/configuration.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';

describe('the optional stacks', () => {
  const used = (settings: object, web: object = {}) => [
    ...usedStacks(configured({ settings: { ...settings }, components: { web: { ...web } } })),
  ];

  it.each<readonly [string, object, object, readonly string[]]>([
    ['nothing', {}, {}, []],
    ['a monitor', {}, { monitors: { queue: { events: true } } }, ['SelfhealAnalysis']],
    ['a graph', { graph: { discover: ['xray'] } }, {}, ['SelfhealGraph']],
    ['a webhook', { notify: { webhook: { url: 'https://hooks.example.com' } } }, {}, ['SelfhealWebhook']],
    [
      'a channel',
      { notify: { channels: { team: { type: 'teams', secretArn: SECRET } } } },
      {},
      ['SelfhealChannels'],
    ],
    [
      'approvals',
      { approvals: { people: { ada: { email: 'ada@example.com' } } } },
      {},
      ['SelfhealApprovals'],
    ],
  ])('are those for what is configured: %s', (_, settings, web, stacks) => {
    expect(used(settings, web)).toEqual(stacks);
  });
});

describe('the resources of one’s own that strategies use', () => {
  const step = (type: string, params: object) => ({ type, params });
  const strategies = [
    {
      actions: [
        step('invoke_function', { function: 'mend', lasting: true }),
        step('invoke_function', { function: 'cure:live', lasting: false }),
        step('run_document', { document: 'Restart' }),
        step('run_automation', { document: 'Fix', version: '2', role: 'arn:z' }),
        step('run_automation', { document: 'Fix', version: '10' }),
        step('graceful_stop', { role: 'arn:no', function: 'no', document: 'no', lasting: true }),
      ],
      rollback: {
        actions: [
          step('invoke_function', { function: 'mend', lasting: true }),
          step('invoke_function', { function: 'aid' }),
          step('run_document', { document: 'Again' }),
          step('run_automation', { document: 'Fix', version: '2', role: 'arn:a' }),
          step('run_automation', { document: 'Fix', version: '2', role: 'arn:a' }),
        ],
      },
    },
  ] as unknown as readonly Pick<Strategy, 'actions' | 'rollback'>[];

  it('are each listed once, sorted, with those that undo a repair', () => {
    expect(invokedFunctions(strategies)).toEqual(['aid', 'cure:live', 'mend']);
    expect(lastingFunctions(strategies)).toEqual(['mend']);
    expect(runDocuments(strategies)).toEqual(['Again', 'Restart']);
    expect(automationRoles(strategies)).toEqual(['arn:a', 'arn:z']);
    expect(runAutomations(strategies)).toEqual([
      { document: 'Fix', version: '10' },
      { document: 'Fix', version: '2' },
    ]);
  });

  it('include the roles of earlier revisions of services', () => {
    const components = { web: { taskRoles: ['arn:b', 'arn:a'] }, api: {}, db: { taskRoles: ['arn:b'] } };
    expect(taskRoles(components)).toEqual(['arn:a', 'arn:b']);
  });
});

describe('a configuration with nothing held back', () => {
  it('is in auto mode everywhere, and otherwise the same', () => {
    const held = { mode: 'observe' };
    const parts = (mode: Readonly<Record<string, unknown>>) => ({
      settings: mode,
      groups: { tier: mode },
      components: { web: { group: 'tier', ...mode } },
      strategies: [{ ...mode }],
    });
    expect(inAutoMode(configured(parts(held)))).toEqual(configured(parts({ mode: 'auto' })));
  });
});
