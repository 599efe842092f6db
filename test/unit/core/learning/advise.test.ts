import { expect, it } from 'vitest';
import { advise, learnedFrom } from '../../../../functions/core/learning/advise.ts';
import { NOTHING_FORGOTTEN } from '../../../../functions/core/learning/forgotten.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { momentAt, ranOperation } from '../../../factories/report/records.ts';

const configuration = configured({ components: { web: {} } });

it('a strategy is called ineffective until its last repair would have proved to last', () => {
  const { settings, strategies } = configured({
    components: { web: {} },
    strategies: [{ id: 'restart' }, { id: 'stop', actions: [{ type: 'graceful_stop' }] }],
    settings: { learning: { relapseWithinSeconds: 600, ineffectiveAfter: 3 } },
  });
  const operations = [0, 500, 1_000].map((raised) =>
    ranOperation({ component: 'web', raised, ended: raised + 60, cause: 'memory_exhaustion' }),
  );
  const ineffectiveAt = (seconds: number) => {
    const nowMs = momentAt(seconds);
    const learned = learnedFrom({ ...configuration, settings }, operations, NOTHING_FORGOTTEN, nowMs);
    return advise({ ...configuration, settings }, alertOf('web'), strategies, learned, nowMs).ineffective;
  };
  const chain = { repairs: 3, lastEndedMs: momentAt(1_060), eligibleAtMs: momentAt(1_660) };
  expect(ineffectiveAt(1_659)).toEqual(new Map([['restart', { strategyId: 'restart', ...chain }]]));
  expect(ineffectiveAt(1_660)).toEqual(new Map());
});

it('nothing is learned for a component that is no longer configured, though it once was repaired', () => {
  for (const component of ['gone', 'constructor']) {
    const operations = [0, 500, 1_000, 1_500].map((raised) => ({
      ...ranOperation({
        component,
        raised,
        ended: raised + 60,
        result: 'FAILED',
        cause: 'memory_exhaustion',
      }),
      failure: { error: 'ActionFailed', cause: '' },
    }));
    const nowMs = momentAt(1_600);
    const learned = learnedFrom(configuration, operations, NOTHING_FORGOTTEN, nowMs);
    expect(learned.patterns).toEqual([]);
    expect(learned.operations).toHaveLength(4);
    expect(advise(configuration, alertOf(component), configuration.strategies, learned, nowMs)).toEqual({
      ...{ strategies: configuration.strategies, preferences: [], ineffective: new Map() },
    });
  }
});
