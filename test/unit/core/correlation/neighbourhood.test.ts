import { describe, expect, it } from 'vitest';
import {
  formerBoardNames,
  mayCorrelate,
  neighbourhoods,
} from '../../../../functions/core/correlation/neighbourhood.ts';
import { configured } from '../../../factories/configuration.ts';

const of = (components: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
  Object.fromEntries(
    neighbourhoods(configured({ components, strategies: [{ trigger: { metrics: ['memory'] } }] })),
  );

const onHost = (id: string) => ({ targets: { instanceIds: [id] } });

describe('neighbourhoods', () => {
  it('hold components that depend on each other, directly or not', () => {
    const components = {
      ...{ web: { ...onHost('i-0a1b2c3d4e5f60001'), dependsOn: ['db'] }, db: onHost('i-0a1b2c3d4e5f60002') },
      ...{
        batch: { ...onHost('i-0a1b2c3d4e5f60003'), dependsOn: ['db'] },
        lone: onHost('i-0a1b2c3d4e5f60004'),
      },
    };
    expect(of(components)).toEqual({ web: 'batch', db: 'batch', batch: 'batch' });
  });

  it('hold components that name one host, where dependencies or changes are configured at all', () => {
    const shared = { one: onHost('i-0a1b2c3d4e5f60001'), two: onHost('i-0a1b2c3d4e5f60001') };
    expect(of(shared)).toEqual({});
    const web = { ...onHost('i-0a1b2c3d4e5f60002'), changes: {} };
    expect(of({ ...shared, web })).toEqual({ one: 'one', two: 'one' });
  });

  it('hold components that name the same source of changes', () => {
    const changes = { stacks: ['shop'] };
    const components = {
      web: { ...onHost('i-0a1b2c3d4e5f60001'), changes },
      api: { ...onHost('i-0a1b2c3d4e5f60002'), changes },
      db: { ...onHost('i-0a1b2c3d4e5f60003'), changes: { stacks: ['data'] } },
    };
    expect(of(components)).toEqual({ web: 'api', api: 'api' });
  });

  it('hold no components that merely run on no hosts', () => {
    const alias = (name: string) => ({ targets: { lambdaAlias: `${name}:live` }, service: undefined });
    const components = { pay: alias('pay'), mail: alias('mail'), web: { dependsOn: ['db'] }, db: {} };
    expect(of(components)).toEqual({ web: 'db', db: 'db' });
  });

  it('hold components whose hosts have the same tags, in whatever order', () => {
    const tagged = (tags: Readonly<Record<string, string>>, more = {}) => ({ targets: { tags }, ...more });
    const components = {
      one: tagged({ tier: 'web', env: 'prod' }),
      two: tagged({ env: 'prod', tier: 'web' }, { changes: {} }),
      three: tagged({ env: 'test', tier: 'web' }),
    };
    expect(of(components)).toEqual({ one: 'one', two: 'one' });
  });

  it('are one, with a name that no component has, where dependencies are discovered', () => {
    const components = { web: {}, api: {} };
    const { settings } = configured({ settings: { graph: { discover: ['xray'] } } });
    const discovering = { ...configured({ components }), settings };
    expect(Object.fromEntries(neighbourhoods(discovering))).toEqual({ api: '*', web: '*' });
    expect(formerBoardNames(discovering)).toEqual(['web', 'api']);
    expect(formerBoardNames(configured({ components }))).toEqual(['web', 'api', '*']);
  });

  it('span chains of thousands of components', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [
        `c${index}`,
        {
          targets: { custom: `c${index}` },
          dependsOn: index === 0 ? [] : [`c${index - 1}`],
          changes: undefined,
        },
      ]),
    );
    expect(new Set(neighbourhoods({ components: chain as never, settings: {} as never }).values()).size).toBe(
      1,
    );
  });
});

describe('a configuration', () => {
  const may = (components: Readonly<Record<string, object>>, settings: object = {}) =>
    mayCorrelate(configured({ components, settings } as Parameters<typeof configured>[0]));

  it('has something by which alerts belong together if components depend on each other or have changes', () => {
    expect(may({ web: {}, db: {} })).toBe(false);
    expect(may({ web: { dependsOn: ['db'] }, db: {} })).toBe(true);
    expect(may({ web: { changes: {} }, db: {} })).toBe(true);
  });

  it('has something by which alerts belong together if dependencies of several components are discovered', () => {
    const graph = { discover: ['xray'] };
    expect(may({ web: {} }, { graph })).toBe(false);
    expect(may({ web: {}, db: {} }, { graph })).toBe(true);
  });
});
