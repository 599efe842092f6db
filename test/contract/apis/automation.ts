import { expect } from 'vitest';
import { createAutomations } from '../../../functions/adapters/ssm/automations.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createInProcessSsmClient } from '../../../local/embedded/systems-manager/in-process-client.ts';
import { createAutomation } from '../../../local/ssm/automation.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Automations of Systems Manager. */
export const AUTOMATION: Api = {
  service: 'ssm',
  apiVersion: '2014-11-06',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const run = () => clock.sleep(60_000);
    const operations = createAutomation({
      definitions: { 'Acme-Scale': { parameters: { Clusters: { hasDefault: false } }, run } },
      now: () => new Date(clock.nowMs()),
      newId: () => '01234567-89ab-4cde-8f01-23456789abcd',
      later: (work) => void clock.after(0, work),
      visibleAfterMs: 0,
      publish: () => {},
      place: { region: 'us-east-1', account: '000000000000' },
    });
    const recorded = recordClient(createInProcessSsmClient(operations), model);
    const automations = createAutomations(recorded.client);
    const id = await automations.start({
      document: 'Acme-Scale',
      version: '$DEFAULT',
      parameters: { Clusters: ['orders'] },
      clientToken: '01234567-89ab-4cde-8f01-23456789abcd',
    });
    await clock.advance(1_000);
    expect(await automations.get(id)).toMatchObject({ status: 'InProgress' });
    await automations.stop(id);
    return recorded;
  },
};
