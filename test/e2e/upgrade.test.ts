// @thorough
// @slow
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MiniStackPlace, openMiniStack } from '../conformance/places/ministack.ts';
import { requirement } from '../factories/requirements.ts';
import { checkOutPreviousRelease, hasPreviousRelease } from './previous-release.ts';
import { selfhealIn } from './selfheal-command.ts';

const WAIT_SCALE = 0.1;
/** Deploying takes a minute or two, while the operation waits. */
const PATIENT = {
  cooldownSeconds: 0,
  actions: [{ type: 'start_component', timeoutSeconds: 900, onError: 'rollback' }],
};

describe.skipIf(!(requirement('python') && hasPreviousRelease()))(
  'an upgrade from the previous release, on MiniStack',
  () => {
    let previous: string;
    let place: MiniStackPlace;
    beforeAll(async () => {
      previous = checkOutPreviousRelease();
      const components = {
        healed: { strategies: [PATIENT] },
        holding: { strategies: [PATIENT] },
        failing: { strategies: [PATIENT] },
      };
      const settings = { repairTimeoutSeconds: 1_800 };
      place = await openMiniStack({ settings, components }, WAIT_SCALE, previous);
    });
    afterAll(async () => {
      await place?.stop();
      await rm(previous, { recursive: true, force: true });
    });

    const codeOf = async (FunctionName: string) =>
      (await new LambdaClient(place.aws).send(new GetFunctionConfigurationCommand({ FunctionName })))
        .CodeSha256;

    it('ends what is in flight as its operation was admitted, and goes on with all records', async () => {
      await place.signal('healed');
      const before = await place.completed('healed');
      for (const component of ['holding', 'failing'])
        place.hosts.script(component, { start_component: 'wait' });
      await place.signal('holding');
      const held = await place.acting('holding', 'heal-0');
      await place.signal('failing');
      const doomed = await place.acting('failing', 'heal-0');
      const oldCode = await codeOf('selfheal-act');

      await place.upgrade();
      expect(await codeOf('selfheal-act')).not.toBe(oldCode);

      place.hosts.finish('holding', 'start_component');
      expect(await place.completed('holding')).toMatchObject({ operationId: held });
      await place.stopExecution(doomed);
      place.hosts.finish('failing', 'start_component');
      const { operation, steps } = await place.ended('failing');
      expect(operation).toMatchObject({ operationId: doomed, state: 'FAILED' });
      expect(steps.some(({ stepId }) => stepId.startsWith('escalate'))).toBe(true);

      // What the previous release wrote is read, counted and shown.
      expect(await place.store.getOperation(before.operationId)).toMatchObject({ result: 'SUCCESS' });
      await place.signal('healed');
      expect(await place.completed('healed', 2)).toMatchObject({ attempt: 2 });
      const directory = await mkdtemp(join(tmpdir(), 'selfheal-upgrade-'));
      await writeFile(join(directory, 'selfheal.yaml'), place.landscape.configuration);
      const selfheal = selfhealIn(directory, place.aws.endpoint);
      const shown = await selfheal(['show', before.operationId]);
      expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/end +COMPLETED SUCCESS/) });
      const { operations } = JSON.parse((await selfheal(['operations', '--json'])).out);
      expect(operations).toHaveLength(4);
      await rm(directory, { recursive: true });
    });
  },
);
