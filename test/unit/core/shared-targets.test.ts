import { describe, expect, it } from 'vitest';
import { sharedTargetRefusal } from '../../../functions/core/admission/shared-targets.ts';
import { mayShareTarget } from '../../../functions/core/configuration/may-share-target.ts';
import { configured } from '../../factories/configuration.ts';

const [A, B] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];
const ids = (...instanceIds: readonly string[]) => ({ instanceIds: [...instanceIds] });
const group = (autoScalingGroup: string) => ({ autoScalingGroup });
const tags = (entries: Readonly<Record<string, string>>) => ({ tags: entries });

describe('two components with one service', () => {
  it.each([
    ['one id in common', ids(A, B), ids(B), true],
    ['no id in common', ids(A), ids(B), false],
    ['ids and tags', ids(A), tags({ role: 'web' }), true],
    ['ids and an Auto Scaling group', ids(A), group('web'), true],
    ['tags and an Auto Scaling group', tags({ role: 'web' }), group('web'), true],
    ['the same Auto Scaling group', group('web'), group('web'), true],
    ['different Auto Scaling groups', group('web'), group('worker'), false],
    ['the same tag', tags({ role: 'web' }), tags({ role: 'web' }), true],
    ['tags of different keys', tags({ role: 'web' }), tags({ stage: 'test' }), true],
    ['one key with different values', tags({ role: 'web' }), tags({ role: 'worker' }), false],
    [
      'one key that differs among several',
      tags({ role: 'web', stage: 'test' }),
      tags({ stage: 'production', role: 'web' }),
      false,
    ],
  ])('may share a target by %s', (_, one, other, expected) => {
    const at = (targets: typeof one, service = 'nginx.service') => ({ targets, service });
    expect(mayShareTarget(at(one), at(other))).toBe(expected);
    expect(mayShareTarget(at(other), at(one))).toBe(expected);
    expect(mayShareTarget(at(one), at(other, 'other.service'))).toBe(false);
    expect(mayShareTarget({ targets: one }, { targets: other })).toBe(false);
  });
});

describe('an admission', () => {
  const configuration = configured({
    components: {
      one: { service: 'a.service' },
      twin: { service: 'a.service' },
      other: { service: 'b.service' },
      bare: { service: undefined },
    },
  });
  const refusal = (component: string, ...inFlight: readonly string[]) =>
    sharedTargetRefusal(component, configuration, { inFlight });

  it('waits for a sibling in flight, and names it', () => {
    expect(refusal('one', 'other', 'twin')).toEqual({
      reason: 'TARGET_BUSY',
      detail: 'twin, which may share a host and a.service, is in flight',
    });
  });

  it('waits for no other component, nor for itself', () => {
    expect(refusal('one', 'other', 'bare', 'one')).toBeUndefined();
  });

  it('waits for a component in flight that is no longer configured: it may have been renamed', () => {
    expect(refusal('one', 'former-name')?.detail).toMatch(/^former-name, which is no longer configured/);
    expect(refusal('bare', 'former-name')).toBeUndefined();
  });
});
