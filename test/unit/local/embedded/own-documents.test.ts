import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import type { AutomationRun } from '../../../../local/ssm/automation.ts';
import { createLab } from './embedded-lab.ts';

const LEDGER = '{ operationId: { type: String }, stepId: { type: String }, component: { type: String } }';
const CONFIGURATION = `
settings: { repairTimeoutSeconds: 15m }
actions:
  clear-cache:
    type: run_document
    params: { document: acme-clear-cache, accepts: ${LEDGER}, effect: none }
  scale-out:
    type: run_automation
    params:
      document: Acme-ScaleOut
      targetsParameter: Clusters
      accepts: { Clusters: { type: StringList }, By: { type: Integer } }
      parameters: { By: 1 }
      undoParameters: { By: -1 }
components:
  web:
    targets: { instanceIds: [i-0a1b2c3d4e5f60000] }
    service: web.service
    health: { url: 'https://web.example.com/health' }
    alarms: { memory: { metric: memory, threshold: 90, evaluationPeriods: 1 } }
  orders:
    targets: { custom: orders }
    health: { url: 'https://orders.example.com/health' }
    alarms: { errors: { metric: error_rate, namespace: Demo, metricName: Errors, dimensions: {}, threshold: 5 } }
strategies:
  - { id: clear, components: [web], trigger: { metrics: [memory] }, actions: [{ type: clear-cache }] }
  - { id: scale, components: [orders], trigger: { metrics: [error_rate] }, actions: [{ type: scale-out, onError: rollback }], maxAttempts: 1 }
`;

/** Sooner than the reconciler looks at a silent step: then its own event has ended it. */
const BY_EVENT_MS = 30_000;

/** @param run what the automation does; the clock comes with the lab */
async function lab(run: (execution: AutomationRun) => Promise<void> = async () => {}) {
  const loaded = loadConfiguration(CONFIGURATION, 'own-documents.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  const started: AutomationRun[] = [];
  const parameters = { Clusters: { hasDefault: false }, By: { hasDefault: false } };
  const created = await createLab({
    configuration: loaded.compiled,
    userDocuments: {
      'acme-clear-cache': {
        schemaVersion: '2.2',
        parameters: {
          operationId: { type: 'String' },
          stepId: { type: 'String' },
          component: { type: 'String' },
        },
        mainSteps: [{ action: 'aws:runShellScript', name: 'clear', inputs: { runCommand: ['clear'] } }],
      },
    },
    automations: {
      'Acme-ScaleOut': {
        parameters,
        run: async (execution) => {
          started.push(execution);
          await run(execution);
        },
      },
    },
  });
  const steps = async () => {
    const [operation] = await created.operations();
    return await created.cloud.store.listSteps(operation?.operationId ?? '');
  };
  return { ...created, started, steps };
}

describe('a document of one’s own in the embedded cloud', () => {
  it('heals a host, and its command’s event ends the step', async () => {
    const { sicken, settle, operations, steps, hosts, cloud } = await lab();
    await sicken('web', 'memory', ['acme_clear_cache']);
    await settle();
    expect(await operations()).toMatchObject([{ component: 'web', state: 'COMPLETED' }]);
    const [step] = await steps();
    expect(step).toMatchObject({ action: 'run_document', outcome: 'SUCCEEDED' });
    expect((step?.completedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeLessThan(BY_EVENT_MS);
    expect(hosts.effects().map(({ action }) => action)).toEqual(['acme_clear_cache']);
    expect(cloud.defects()).toEqual([]);
  });
});

describe('an automation in the embedded cloud', () => {
  it('heals what is not a host, and its event ends the step', async () => {
    const created = await lab(async () => created.services.cure('orders'));
    const { sicken, settle, operations, steps, started, cloud } = created;
    await sicken('orders', 'error_rate', []);
    await settle();
    expect(await operations()).toMatchObject([{ component: 'orders', state: 'COMPLETED' }]);
    const [step] = await steps();
    expect(step).toMatchObject({ action: 'run_automation', outcome: 'SUCCEEDED', targets: ['orders'] });
    expect((step?.completedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeLessThan(BY_EVENT_MS);
    expect(started.map(({ parameters }) => parameters)).toEqual([{ By: ['1'], Clusters: ['orders'] }]);
    expect(cloud.defects()).toEqual([]);
  });

  it('is undone by itself, with its undo parameters, when it fails', async () => {
    const { sicken, settle, operations, started } = await lab(async ({ parameters }) => {
      if (parameters['By']?.[0] === '1') throw new Error('no capacity');
    });
    await sicken('orders', 'error_rate', []);
    await settle();
    const [operation] = await operations();
    expect(operation).toMatchObject({
      state: 'FAILED',
      failure: { cause: expect.stringContaining('Acme-ScaleOut ended as Failed: no capacity') },
    });
    expect(started.map(({ parameters }) => parameters['By'])).toEqual([['1'], ['-1']]);
  });

  it('is cancelled before it is undone when it takes too long', async () => {
    const { sicken, settle, steps, started } = await lab(
      ({ parameters, signal }) =>
        new Promise((resolve) => {
          if (parameters['By']?.[0] === '-1') return resolve();
          signal.addEventListener('abort', () => resolve());
        }),
    );
    await sicken('orders', 'error_rate', []);
    await settle();
    expect(started[0]?.signal.aborted).toBe(true);
    expect(await steps()).toMatchObject([
      { stepId: 'heal-0', outcome: 'TIMED_OUT' },
      { stepId: 'rollback-0', outcome: 'SUCCEEDED' },
      { stepId: 'escalate-0' },
    ]);
  });
});
