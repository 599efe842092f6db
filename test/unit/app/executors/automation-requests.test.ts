import { describe, expect, it } from 'vitest';
import { beginAction, cancelAction, inspectAction } from '../../../../functions/app/executors/executors.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { recordingAutomations } from '../../../factories/ports/recording-automations.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;
const DOCUMENT = 'Acme-Scale';
const STRING = { type: 'String' };

/** Begins an automation on targets. */
async function begun(params: object, given: Parameters<typeof stepCall>[0] = { targets: [A] }) {
  const automations = recordingAutomations();
  const documented = { document: DOCUMENT, effect: 'restarts', accepts: {}, parameters: {}, ...params };
  const { call } = stepCall({ timeoutSeconds: 90, ...given, params: documented });
  const answer = await beginAction({ automations } as never, 'run_automation', call);
  return { answer, started: automations.started };
}

describe('an automation', () => {
  it('receives nothing that it does not declare', async () => {
    const { answer, started } = await begun({});
    expect(answer).toStrictEqual({ reference: { executor: 'automation', id: 'execution-1' } });
    expect(started).toEqual([
      {
        ...{ document: DOCUMENT, version: '$DEFAULT', parameters: {} },
        ...{ clientToken: expect.any(String), executionId: 'execution-1' },
      },
    ]);
  });

  it('receives of the ledger all that it declares', async () => {
    const names = ['operationId', 'stepId', 'fence', 'component', 'executionTimeout'];
    const { started } = await begun({ accepts: Object.fromEntries(names.map((name) => [name, STRING])) });
    expect(started[0]?.parameters).toEqual({
      ...{
        operationId: OPERATION_ID,
        stepId: 'heal-0',
        fence: '7',
        component: 'web',
        executionTimeout: '90',
      },
    });
  });

  it.each([
    [STRING, [A], undefined],
    [STRING, [A, B], 'Acme-Scale takes one target as `Host`, and 2 are to be acted on'],
    [STRING, [], 'Acme-Scale takes one target as `Host`, and 0 are to be acted on'],
    [{ type: 'StringList' }, [A, B], undefined],
  ])('that takes its targets as %o is started on %o only if that fits', async (type, targets, detail) => {
    const { answer, started } = await begun(
      { accepts: { Host: type }, targetsParameter: 'Host' },
      { targets },
    );
    expect(started.map(({ parameters }) => parameters['Host'])).toEqual(detail ? [] : [targets]);
    if (detail) expect(answer).toStrictEqual({ outcome: 'FAILED', detail });
  });

  it('cannot look at targets for a check', async () => {
    const stepId = 'look-0' as const;
    await expect(begun({}, { targets: [A], stepId })).rejects.toThrow(
      new TypeError(
        'look-0 is not a step: automations carry out steps only; they cannot be used to check targets',
      ),
    );
  });

  it('is not known to have come anywhere where the service does not know it', async () => {
    const automations = recordingAutomations();
    expect(
      await inspectAction({ automations } as never, { executor: 'automation', id: 'unheard' }),
    ).toBeUndefined();
  });
});

describe('cancelling an automation', () => {
  const cancelled = async (error: Error, status?: string) => {
    let looks = 0;
    const automations = {
      stop: () => Promise.reject(error),
      get: async () => {
        looks += 1;
        return status === undefined ? undefined : { document: DOCUMENT, status };
      },
    };
    const outcome = await cancelAction({ automations } as never, { executor: 'automation', id: 'one' }).catch(
      (thrown: unknown) => thrown,
    );
    return { outcome, looks };
  };
  const refusal = new RequestRefused('not now');

  it('succeeds where it cannot be stopped since it is over', async () => {
    expect(await cancelled(refusal, 'Failed')).toEqual({ outcome: undefined, looks: 1 });
  });

  it.each([
    [refusal, 'InProgress', 1],
    [refusal, undefined, 1],
    [new NotPermitted({ action: 'ssm:StopAutomationExecution' }), 'InProgress', 1],
    [new ServiceUnavailable('throttled'), 'Failed', 0],
  ] as const)('fails with %o while it is %s', async (error, status, looks) => {
    expect(await cancelled(error, status)).toEqual({ outcome: error, looks });
  });
});
