import { describe, expect, it } from 'vitest';
import type { AdmissionDecision } from '../../../../functions/core/admission/decide-admission.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../../../../functions/core/admission/refusal.ts';
import {
  countsAsUnhealthy,
  isRemembered,
  leavesUntouched,
} from '../../../../functions/core/admission/unhealthy.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, configurationOf, grantFor } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const refused = (reason: RefusalReason, failuresMs?: readonly number[]): AdmissionDecision => ({
  decision: 'refuse',
  refusal: { reason, detail: '' },
  ...(failuresMs && { failuresMs }),
});
const configuration = configurationOf({ components: ['web'] });
const { grant } = grantFor(alertOf('web'), configuration, limitsWith());
const GRANTED: AdmissionDecision = { decision: 'grant', strategy: grant.plan.strategy, grant };
const grouped = {
  components: {
    ...configuration.components,
    // biome-ignore lint/style/noNonNullAssertion: configured above
    api: { ...configuration.components['web']!, group: 'shop' },
  },
};

describe('a decision about an alert', () => {
  it('leaves the component untouched only if healing is off, paused, or excludes it', () => {
    expect(REFUSAL_REASONS.filter((reason) => leavesUntouched(refused(reason))).sort()).toEqual([
      'AUTO_HEAL_DISABLED',
      'EXCLUDED',
      'PAUSED',
    ]);
    expect(leavesUntouched(GRANTED)).toBe(false);
  });

  it('counts in the component’s group unless it leaves the component untouched', () => {
    expect(countsAsUnhealthy('api', grouped, GRANTED)).toBe(true);
    expect(countsAsUnhealthy('api', grouped, refused('COOLDOWN'))).toBe(true);
    expect(countsAsUnhealthy('api', grouped, refused('PAUSED'))).toBe(false);
  });

  it('counts where the demand on a route may depend on the component', () => {
    const routed = configured({
      components: { api: {}, web: { dependsOn: ['api'], demand: 10, capacities: { api: 10 } } },
    });
    expect(countsAsUnhealthy('api', routed, refused('CAPACITY_SHORT'))).toBe(true);
    expect(countsAsUnhealthy('api', routed, refused('EXCLUDED'))).toBe(false);
  });

  it('does not count where the component is in no group and on no route', () => {
    expect(countsAsUnhealthy('web', grouped, refused('COOLDOWN'))).toBe(false);
    expect(countsAsUnhealthy('nobody', grouped, refused('UNKNOWN_COMPONENT'))).toBe(false);
  });

  it('goes on record only for counted alerts and spent attempts', () => {
    expect(isRemembered(refused('TRIGGER_PENDING', [1]))).toBe(true);
    expect(isRemembered(refused('TRIGGER_PENDING', []))).toBe(false);
    expect(isRemembered(refused('ATTEMPTS_SPENT'))).toBe(true);
    expect(isRemembered(refused('COOLDOWN'))).toBe(false);
    expect(isRemembered(GRANTED)).toBe(false);
  });
});
