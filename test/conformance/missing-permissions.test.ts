import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES_OF_ANY_RUN } from './places/places.ts';

/** Where time is real, some stand for the others: `npm run permissions` tries them all. */
const VERIFICATIONS = [
  { component: 'alarmed', action: 'cloudwatch:DescribeAlarms', representative: true },
  { component: 'mute', action: 'states:SendTaskSuccess', representative: false },
  { component: 'unsent', action: 'ssm:SendCommand', representative: false },
  { component: 'unlisted', action: 'ssm:DescribeInstanceInformation', representative: false },
  { component: 'unrecorded', action: 'dynamodb:PutItem', representative: true },
  { component: 'unphased', action: 'dynamodb:UpdateItem', representative: false },
];

describe.each(PLACES_OF_ANY_RUN)('a permission that is missing, $name', ({ name, open }) => {
  let place: Place;
  beforeAll(async () => {
    const verified = (by: string) => ({
      strategies: [
        {
          verify: { by, timeoutSeconds: 10, stableSeconds: 1 },
          rollback: { actions: [{ type: 'graceful_stop' }] },
        },
      ],
    });
    const undone = {
      strategies: [
        {
          actions: [{ type: 'clear_temp_files', timeoutSeconds: 60 }],
          rollback: { actions: [{ type: 'start_component' }] },
        },
      ],
    };
    place = await open({
      components: {
        alarmed: verified('alarm'),
        mute: verified('endpoint'),
        unsent: verified('runbook'),
        unlisted: verified('runbook'),
        unrecorded: verified('runbook'),
        unphased: verified('endpoint'),
        unconcluded: verified('endpoint'),
        unkept: { more: { configPaths: ['/etc/selfheal-test.conf'] } },
        untriaged: {},
        unprepared: undone,
        unstoppable: undone,
      },
    });
  });
  afterAll(() => place?.stop());

  const without = async (functionName: string, action: string, during: () => Promise<void>) => {
    if (!place.whileDenied) throw new Error('this place takes nobody a permission away');
    await place.whileDenied(functionName, action, during);
  };
  const notices = () => place.notifications('architect').map(({ action }) => action);
  /** As people learn it: only a policy engine knows the resource. */
  const denialOf = (action: string, functionName: string) => ({
    action,
    role: expect.stringMatching(new RegExp(functionName, 'i')),
    ...(name === 'MiniStack' && { resource: expect.stringMatching(/^(arn:aws:|\*$)/) }),
  });

  it.each(VERIFICATIONS.filter(({ representative }) => name !== 'MiniStack' || representative))(
    'a permission missing for the verification of $component ($action) undoes no repair, and is reported to a person',
    async ({ component, action }) => {
      // Its status event would end the verification before the function fails.
      if (component === 'unrecorded') place.hosts.script(component, { verify_health: 'wait' });
      await without('selfheal-verify', action, async () => {
        await place.signal(component);
        const { operation, steps } = await place.ended(component, 1, 120);
        expect(operation).toMatchObject({
          state: 'FAILED',
          result: 'UNVERIFIED',
          failure: { error: 'NotVerified', cause: expect.stringContaining(`missing permission: ${action}`) },
        });
        expect(steps.map(({ stepId }) => stepId).filter((stepId) => stepId.startsWith('rollback'))).toEqual(
          [],
        );
      });
      expect(place.effectsOf(component).map((effect) => effect.action)).not.toContain('graceful_stop');
      await place
        .poll(() => place.notifications('architect', component))
        .toMatchObject([{ missingPermission: denialOf(action, 'verify') }]);
    },
  );

  it('a permission missing for its conclusion does not undo a verified repair, which still completes', async () => {
    await without('selfheal-conclude', 'dynamodb:UpdateItem', async () => {
      await place.signal('unconcluded');
      const { operation } = await place.ended('unconcluded', 1, 120);
      expect(operation).toMatchObject({
        state: 'COMPLETED',
        result: 'SUCCESS',
        warnings: [expect.stringMatching(/dynamodb:UpdateItem .*for role .*conclude/i)],
      });
    });
    await place.reconcile();
    await place.poll(notices).toContain('dynamodb:UpdateItem');
  });

  it('a permission missing for saving the configuration is in the record of a verified repair, and reported to a person', async () => {
    await without('selfheal-conclude', 'ssm:SendCommand', async () => {
      await place.signal('unkept');
      const { operation } = await place.ended('unkept', 1, 120);
      expect(operation).toMatchObject({
        state: 'COMPLETED',
        result: 'SUCCESS',
        warnings: [
          expect.stringMatching(/not kept as a verified version: missing permission: ssm:SendCommand/),
        ],
      });
    });
    await place.reconcile();
    await place.poll(notices).toContain('ssm:SendCommand');
  });

  it('triage without a permission keeps the signal and fails, so that an alarm rings, instead of refusing it', async () => {
    await without('selfheal-triage', 'dynamodb:BatchGetItem', async () => {
      await place.signal('untriaged');
      await place.poll(async () => (await place.deadLetters()).join()).toContain('untriaged');
    });
    expect(await place.reasons('untriaged')).toEqual([]);
    await place.reconcile();
    await place.poll(() => notices().filter((action) => action === 'dynamodb:BatchGetItem')).toHaveLength(1);
  });

  it('a permission missing for laying out the undo steps is reported, with the failure that led there', async () => {
    place.hosts.script('unprepared', { clear_temp_files: 'fail' });
    await without('selfheal-prepare-rollback', 'dynamodb:Query', async () => {
      await place.signal('unprepared');
      const { operation } = await place.ended('unprepared', 1, 120);
      expect(operation.failure).toMatchObject({
        error: 'RollbackNotPrepared',
        cause: expect.stringMatching(
          /ActionFailed: .*No undo step was taken: NotPermitted: .*dynamodb:Query/s,
        ),
      });
    });
  });

  it('nothing is undone before a command has ended that may not be cancelled (invariant 1)', async () => {
    place.hosts.script('unstoppable', { clear_temp_files: 'wait' });
    await without('selfheal-prepare-rollback', 'ssm:CancelCommand', async () => {
      await place.signal('unstoppable');
      const operationId = await place.acting('unstoppable', 'heal-0');
      await place.stopExecution(operationId);
      // Long enough for a few tries to prepare the rollback, which are 15 s apart.
      await place.sleep(place.scaled(50_000));
      const undoing = () => place.requestsOf('unstoppable').map(({ stepId }) => stepId);
      expect(undoing()).toEqual(['heal-0']);
      place.hosts.finish('unstoppable', 'clear_temp_files');
      const { steps } = await place.ended('unstoppable', 1, 240);
      expect(undoing()).toEqual(['heal-0', 'rollback-0']);
      expect(steps).toMatchObject([{ stepId: 'heal-0' }, { stepId: 'rollback-0', outcome: 'SUCCEEDED' }, {}]);
    });
  });
});
