import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { withStore } from '../../../factories/ports/world.ts';
import { acting } from './reconcile-lab.ts';

const LOST = () => Promise.reject(new Error('lost'));

describe('claims that cannot be read together', () => {
  it('are none where one has ended meanwhile', async () => {
    const { world } = await acting();
    const deps = withStore(world, { listClaims: LOST, getClaim: async () => undefined });
    expect(await reconcile(deps)).toMatchObject({ claims: 0, problems: ['claims: Error: lost'] });
  });

  it('are not looked for one by one where it is not known what is in flight', async () => {
    const { world } = await acting();
    const deps = withStore(world, { listClaims: LOST, readFleet: LOST, getClaim: LOST });
    const { problems } = await reconcile(deps);
    expect(problems.filter((problem) => problem.startsWith('claim'))).toEqual(['claims: Error: lost']);
  });
});
