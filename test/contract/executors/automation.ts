import { createAutomations } from '../../../functions/adapters/ssm/automations.ts';
import { createInProcessSsmClient } from '../../../local/embedded/systems-manager/in-process-client.ts';
import { createAutomation } from '../../../local/ssm/automation.ts';
import type { Effect, ExecutorUnderTest } from './executor-under-test.ts';

const CLUSTER = 'orders';
const DOCUMENT = 'Acme-ScaleCluster';
const params = {
  document: DOCUMENT,
  accepts: { Clusters: { type: 'StringList' }, Direction: { type: 'String', allowedValues: ['up', 'down'] } },
  targetsParameter: 'Clusters',
  parameters: { Direction: 'up' },
};

/** An Automation document that is in no way aware of Selfheal. */
export const automation: ExecutorUnderTest = {
  name: 'automation',
  component: {
    targets: { custom: CLUSTER },
    service: undefined,
    alarms: undefined,
    signals: ['memory'],
    health: { url: 'https://orders.example.com/' },
  },
  action: { type: 'run_automation', params },
  undo: { type: 'run_automation', params: { ...params, parameters: { Direction: 'down' } } },
  open: ({ clock, random, newId }) => {
    const effects: Effect[] = [];
    const client = createInProcessSsmClient(
      createAutomation({
        definitions: {
          [DOCUMENT]: {
            parameters: { Clusters: { hasDefault: false }, Direction: { hasDefault: false } },
            run: async ({ parameters: { Clusters = [], Direction = [] } }) => {
              effects.push(
                ...Clusters.map(
                  (target): Effect => ({ phase: Direction[0] === 'up' ? 'do' : 'undo', target }),
                ),
              );
              await clock.sleep(random() * 120_000);
              if (random() < 0.1) throw new Error('no capacity');
            },
          },
        },
        now: () => new Date(clock.nowMs()),
        newId,
        later: (work) => void clock.after(0, work),
        visibleAfterMs: 1_000,
        publish: () => {},
        place: { region: 'us-east-1', account: '000000000000' },
      }),
    );
    return { ports: { automations: createAutomations(client) }, effects: () => effects };
  },
};
