import { describe, expect, it } from 'vitest';
import { questionsAbout } from '../../../../functions/app/diagnosis/questions.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

type Fields = Readonly<Record<string, unknown>>;

const CAUSES = { trigger: { causes: ['BAD_DEPLOYMENT'] } };
const DEPENDENT = { dependsOn: ['db'] };

/** What is asked about an alert of `web`. */
function asked(
  web: Fields,
  { strategies = [{}], settings = {} }: { strategies?: readonly Fields[]; settings?: Fields } = {},
  alert: Parameters<typeof alertOf>[1] = {},
) {
  const components = { web: withMemoryAlarm(web), db: {} };
  return questionsAbout(configured({ components, strategies, settings }), alertOf('web', alert));
}

describe('diagnosis', () => {
  it('is asked nothing where nothing can be found', () => {
    expect(asked({})).toBeUndefined();
    expect(questionsAbout(configured(), alertOf('gone'))).toBeUndefined();
  });

  it('looks elsewhere where the component may depend on something', () => {
    const elsewhere = { looksElsewhere: true, judgesCauses: false };
    expect(asked(DEPENDENT)).toEqual(elsewhere);
    expect(asked({}, { settings: { graph: { discover: ['xray'] } } })).toEqual(elsewhere);
  });

  it('judges causes where changes are watched, or a strategy of the component asks for them', () => {
    const causes = { looksElsewhere: false, judgesCauses: true };
    expect(asked({ changes: {} })).toEqual(causes);
    const of = (...components: readonly string[]) => ({
      strategies: [{}, { id: 'b', ...CAUSES, components }],
    });
    expect(asked({}, { strategies: [{}, { id: 'b', ...CAUSES }] })).toEqual(causes);
    expect(asked({}, of('web'))).toEqual(causes);
    expect(asked({}, of('db'))).toBeUndefined();
  });

  it('is asked nothing about what a person asks for, or the end of an isolation', () => {
    const all = { ...DEPENDENT, changes: {} };
    expect(asked(all, {}, { origin: 'manual' })).toBeUndefined();
    expect(asked(all, {}, { lifts: 'op-1' })).toBeUndefined();
    expect(asked(all)).toEqual({ looksElsewhere: true, judgesCauses: true });
  });

  it('looks no further for what another diagnosis has handed over', () => {
    const passedOn = { origin: 'diagnosis' } as const;
    expect(asked(DEPENDENT, {}, passedOn)).toBeUndefined();
    expect(asked({ ...DEPENDENT, changes: {} }, {}, passedOn)).toEqual({
      ...{ looksElsewhere: false, judgesCauses: true },
    });
  });

  it.each<readonly [string, Fields, Fields, Parameters<typeof alertOf>[1]]>([
    ['the component is excluded', { excluded: true }, {}, {}],
    ['healing is paused', {}, { paused: true }, {}],
    ['healing is switched off', {}, { autoHealEnabled: false }, {}],
    ['no strategy answers the metric', {}, {}, { metric: 'disk' }],
  ])('is asked nothing where %s', (_, web, settings, alert) => {
    expect(asked({ ...DEPENDENT, ...web }, { settings }, alert)).toBeUndefined();
  });
});
