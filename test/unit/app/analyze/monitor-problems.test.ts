import { describe, expect, it } from 'vitest';
import type { AnalyzeBatchDeps } from '../../../../functions/app/analyze/analyze-batch.ts';
import type { MonitorRequest } from '../../../../functions/core/analysis/monitor-answer.ts';
import { createAnalysisLab, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';

const QUICK = { detector: 'z_score', direction: 'above', learningSeconds: '1h', observationSeconds: 0 };
const FUNCTION = 'shop-figures:live';

type Measure = AnalyzeBatchDeps['monitorFunctions']['measure'];

function monitored(monitors: Readonly<Record<string, Readonly<Record<string, unknown>>>>, measure: Measure) {
  const lab = createAnalysisLab({ anomalies: { shop: {} }, monitors: { shop: monitors } });
  lab.clock.now += STEP_MS;
  return { ...lab, run: () => lab.run({ monitorFunctions: { measure } }) };
}

const values = (request: MonitorRequest) =>
  Object.fromEntries(Object.keys(request.monitors).map((name) => [name, 1]));

describe('a monitor whose function fails', () => {
  it('causes a problem with what the function said', async () => {
    const { run } = monitored({ age: { function: FUNCTION, ...QUICK } }, async () => ({
      functionError: { errorType: 'KeyError', errorMessage: 'no such queue' },
    }));
    const { problems, counted } = await run();
    expect(problems).toEqual([
      'monitors age of shop, function shop-figures:live: failed with KeyError: no such queue',
    ]);
    expect(counted).toBe(0);
  });

  it('is named without a function if it reads an endpoint', async () => {
    const endpoint = 'http://10.0.1.12:9100/metrics';
    const { run } = monitored(
      { age: { endpoint, ...QUICK }, depth: { endpoint, ...QUICK } },
      async (_, request) => ({ payload: { values: { depth: values(request)['depth'] } } }),
    );
    const { problems, counted } = await run();
    expect(problems).toEqual(['monitors age, depth of shop: answered without a value for age']);
    expect(counted).toBe(1);
  });

  it('is a defect of Selfheal’s if the error is none of a service’s', async () => {
    const { run } = monitored({ age: { function: FUNCTION, ...QUICK } }, () =>
      Promise.reject(new TypeError('not a function')),
    );
    expect((await run()).problems).toEqual([
      expect.stringMatching(/^records [\d, ]+: TypeError: not a function$/),
    ]);
  });
});

describe('the monitors of a component', () => {
  it('are asked for together where one function answers them, for as long as the most patient of them', async () => {
    const asked: (readonly [string, readonly string[], number])[] = [];
    const { run } = monitored(
      {
        age: { function: FUNCTION, timeoutSeconds: 5, ...QUICK },
        depth: { function: FUNCTION, timeoutSeconds: 20, ...QUICK },
        other: { function: 'other-figures', timeoutSeconds: 10, ...QUICK },
      },
      async (name, request, timeoutSeconds) => {
        asked.push([name, Object.keys(request.monitors), timeoutSeconds]);
        return { payload: { values: values(request) } };
      },
    );
    expect(await run()).toMatchObject({ read: 3, counted: 3, problems: [] });
    expect(asked.toSorted(([one], [other]) => one.localeCompare(other))).toEqual([
      ['other-figures', ['other'], 10],
      [FUNCTION, ['age', 'depth'], 20],
    ]);
  });

  it('are left to the next run once this one has taken a minute', async () => {
    const monitors = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`m${index}`, { function: `figures-${index}`, ...QUICK }]),
    );
    const lab = createAnalysisLab({ anomalies: { shop: {} }, monitors: { shop: monitors } });
    lab.clock.now += STEP_MS;
    const startedAtMs = lab.clock.now;
    let calls = 0;
    const { problems } = await lab.run({
      monitorFunctions: {
        measure: async (_, request) => {
          calls += 1;
          // As many are asked at a time.
          if (calls === 16) lab.clock.now = startedAtMs + 60_001;
          return { payload: { values: values(request) } };
        },
      },
    });
    expect(calls).toBe(16);
    expect(problems).toEqual(['4 sources of monitors were left to the next run: this one took too long']);
  });
});
