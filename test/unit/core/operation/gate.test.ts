import { describe, expect, it } from 'vitest';
import { minimumHealthy } from '../../../../functions/core/operation/gate.ts';
import { configured } from '../../../factories/configuration.ts';

describe('the other targets that have to be healthy before one is taken down', () => {
  const minimum = (targets: number, fields: Readonly<Record<string, unknown>> = {}) => {
    const { web } = configured({ components: { web: fields } }).components;
    return web && minimumHealthy(web, targets);
  };

  it('are one, unless there is only one target', () => {
    expect([0, 1, 2, 9].map((targets) => minimum(targets))).toEqual([0, 0, 1, 1]);
  });

  it('are as many as the component asks for', () => {
    expect(minimum(9, { minHealthyTargets: 3 })).toBe(3);
    expect(minimum(9, { minHealthyTargets: 0 })).toBe(0);
  });
});
