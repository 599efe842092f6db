import { expect, it } from 'vitest';
import { advise, learnedFrom } from '../../../../functions/core/learning/advise.ts';
import { NOTHING_FORGOTTEN } from '../../../../functions/core/learning/forgotten.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { momentAt, ranOperation } from '../../../factories/report/records.ts';

const configuration = configured({ components: { web: {} } });
const NOW = momentAt(100_000);

it('nothing is learned for a component that is no longer configured, though it once was repaired', () => {
  for (const component of ['gone', 'constructor']) {
    const operations = [0, 500, 1_000].map((raised) =>
      ranOperation({ component, raised, ended: raised + 60, result: 'FAILED' }),
    );
    const learned = learnedFrom(configuration, operations, NOTHING_FORGOTTEN, NOW);
    expect(learned.patterns).toEqual([]);
    expect(advise(configuration, alertOf(component), configuration.strategies, learned, NOON)).toEqual({
      ...{ strategies: configuration.strategies, preferences: [], ineffective: new Map() },
    });
  }
});
