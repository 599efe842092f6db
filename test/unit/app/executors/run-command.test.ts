import { describe, expect, it } from 'vitest';
import {
  beginAction,
  canBeFound,
  cancelAction,
  findAction,
  inspectAction,
} from '../../../../functions/app/executors/executors.ts';
import type { ActionType } from '../../../../functions/core/actions/action-table.ts';
import type { Component } from '../../../../functions/core/configuration/schema/component-schema.ts';
import { needsAgent } from '../../../../functions/core/operation/target-availability.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { recordingAutomations } from '../../../factories/ports/recording-automations.ts';
import { recordingFunctions } from '../../../factories/ports/recording-ports.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

/** A command that was sent for the first step of an operation. */
async function begun(
  timeoutSeconds = 60,
  type: ActionType = 'start_component',
  more: Partial<Component> = {},
) {
  const world = createWorld();
  const operation = await admitted(world);
  const { web } = world.configuration.components;
  if (!web) throw new Error('not configured');
  const component = { ...web, ...more };
  const call = {
    subject: { operation, component, fence: operation.fence },
    stepId: 'heal-0' as const,
    params: {},
    timeoutSeconds,
    targets: [{ kind: 'host' as const, id: NODE }],
    changes: { sinceMs: 0, keep: () => Promise.reject(new Error('a command changes no setting')) },
  };
  const result = await beginAction(world, type, call);
  if (!('reference' in result)) throw new Error('a command goes on by itself');
  return { world, operation, reference: result.reference };
}

/** Has SSM answer the cancellation with an error. */
async function cancelled(error: Error, status?: string) {
  const { world, reference } = await begun();
  if (status !== undefined) world.runbooks.ends(status);
  let looks = 0;
  const runbooks = {
    cancel: () => Promise.reject(error),
    getCommand: async (commandId: string) => {
      looks += 1;
      return status === 'unlisted' ? undefined : await world.runbooks.getCommand(commandId);
    },
  };
  const others = { automations: recordingAutomations(), functions: recordingFunctions() };
  const outcome = await cancelAction({ ...others, runbooks }, reference).then(
    () => 'cancelled',
    (thrown: unknown) => thrown,
  );
  return { outcome, looks };
}

describe('an action that is a command', () => {
  it.each([
    [5, 30],
    [30, 30],
    [31, 31],
    [3_600, 3_600],
  ])(
    'that has %i s to act may take %i s to be delivered: SSM accepts no less than 30',
    async (timeout, delivery) => {
      const { world } = await begun(timeout);
      expect(world.runbooks.sent).toMatchObject([
        { deliveryTimeoutSeconds: delivery, parameters: { executionTimeout: String(timeout) } },
      ]);
    },
  );

  it('is sent with the time at which the trouble began', async () => {
    const { world, operation } = await begun(60, 'rollback_config', {
      configPaths: ['/etc/nginx/nginx.conf'],
      service: 'nginx.service',
    });
    const suspectSince = String(Math.floor(operation.alert.occurredAtMs / 1000));
    expect(world.runbooks.sent).toMatchObject([{ parameters: { suspectSince } }]);
  });

  it('can be found by operation and step, and by its document where the action is known', async () => {
    const { world, operation, reference } = await begun();
    const asked: (string | undefined)[] = [];
    const runbooks = {
      findCommand: (comment: string, sinceMs: number, document?: string) => {
        asked.push(document);
        return world.runbooks.findCommand(comment, sinceMs, document);
      },
    };
    const key = { operationId: operation.operationId, stepId: 'heal-0' as const, sinceMs: NOON };
    expect(await findAction({ runbooks }, { ...key, action: 'start_component' })).toEqual(reference);
    expect(await findAction({ runbooks }, key)).toEqual(reference);
    expect(asked).toEqual(['selfheal-start-component', undefined]);
    expect(await findAction({ runbooks }, { ...key, stepId: 'heal-1' })).toBeUndefined();
  });

  it('is sent by the document for its component, and found whichever that was', async () => {
    const live = '/etc/letsencrypt/live/web.example.com';
    const { world, operation, reference } = await begun(60, 'regenerate_certs', {
      service: 'nginx.service',
      certificate: {
        keyFile: `${live}/privkey.pem`,
        certificateFile: `${live}/fullchain.pem`,
        names: ['web.example.com'],
        validDays: 90,
        port: 443,
        certbot: { renewalsPerWeek: 3 },
      },
    });
    expect(world.runbooks.sent).toMatchObject([
      { document: 'selfheal-renew-certificate', parameters: { renewalsPerWeek: '3' } },
    ]);
    const key = { operationId: operation.operationId, stepId: 'heal-0' as const, sinceMs: NOON };
    expect(await findAction(world, { ...key, action: 'regenerate_certs' })).toEqual(reference);
    expect((await inspectAction(world, reference))?.owner).toMatchObject({ action: 'regenerate_certs' });
  });

  it('moves a release link back, which other targets do by their own API', async () => {
    const { world, operation, reference } = await begun(60, 'rollback_deployment', {
      release: { link: '/srv/web/current', directory: '/srv/web/releases' },
    });
    expect(world.runbooks.sent).toMatchObject([
      {
        document: 'selfheal-rollback-deployment',
        parameters: { releaseLink: '/srv/web/current', release: '', phase: 'do' },
      },
    ]);
    const key = {
      ...{ operationId: operation.operationId, stepId: 'heal-0' as const, sinceMs: NOON },
      action: 'rollback_deployment' as const,
    };
    expect(await findAction(world, key)).toEqual(reference);
    expect(await findAction(world, { ...key, kind: 'lambda_alias' })).toBeUndefined();
    expect(canBeFound('rollback_deployment', 'host')).toBe(true);
    expect(canBeFound('rollback_deployment', 'lambda_alias')).toBe(false);
    expect(needsAgent({ type: 'rollback_deployment', params: {} })).toBe(true);
    expect(needsAgent({ type: 'enable_monitoring', params: { logLevel: 'DEBUG' } })).toBe(true);
    expect(needsAgent({ type: 'enable_monitoring', params: { detailed: true } })).toBe(false);
  });

  it('causes no search where the action is a notification', async () => {
    const runbooks = { findCommand: () => Promise.reject(new Error('it was asked')) };
    const key = { operationId: 'one', stepId: 'heal-0' as const, sinceMs: NOON };
    expect(await findAction({ runbooks }, { ...key, action: 'notify_soc' })).toBeUndefined();
  });

  it('has no known progress before SSM lists the command', async () => {
    const { world } = await begun();
    expect(await inspectAction(world, { executor: 'run_command', id: 'unheard' })).toBeUndefined();
  });
});

describe('cancelling a command', () => {
  it('sends the cancellation to SSM', async () => {
    const { world, reference } = await begun();
    await cancelAction(world, reference);
    expect(world.runbooks.cancelled).toEqual([reference.id]);
  });

  it('succeeds if SSM refuses it because the command is over', async () => {
    expect(await cancelled(new RequestRefused('it is over'), 'Success')).toMatchObject({
      outcome: 'cancelled',
    });
  });

  it.each([
    ['that still runs', undefined],
    ['that SSM does not list yet', 'unlisted'],
  ] as const)('fails if SSM refuses it for a command %s: it may act all the same', async (_, status) => {
    const refusal = new NotFound('no such command');
    const { outcome } = await cancelled(refusal, status);
    expect(outcome).toBe(refusal);
  });

  it('fails at once with a transient error, so that it is tried again', async () => {
    const throttled = new ServiceUnavailable('throttled');
    expect(await cancelled(throttled, 'Success')).toEqual({ outcome: throttled, looks: 0 });
  });
});
