import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../functions/core/configuration/schema/schema.ts';
import { allowedStrategies } from '../../../../functions/core/diagnosis/allowed-strategies.ts';
import type { SupportedCause } from '../../../../functions/core/diagnosis/cause.ts';
import type { RepairBounds } from '../../../../functions/core/diagnosis/repair-bounds.ts';
import { configured } from '../../../factories/configuration.ts';

const [given] = configured().strategies;
if (!given) throw new Error('no strategy');
const [restart] = given.actions;
if (!restart) throw new Error('no action');
const action = (type: string, params = {}) => ({ ...restart, type, params }) as Strategy['actions'][number];

const STRATEGIES: readonly Strategy[] = [
  { ...given, id: 'restart', actions: [action('restart_service')] },
  { ...given, id: 'deployment', actions: [action('rollback_deployment')] },
  { ...given, id: 'configuration', actions: [action('rollback_config', { apply: 'restart' })] },
  { ...given, id: 'both', actions: [action('restart_service'), action('rollback_deployment')] },
  { ...given, id: 'handed', actions: [action('invoke_function', { rollsChangeBack: true })] },
  { ...given, id: 'delivered', actions: [action('rollback_deployment', { by: 'code_deploy' })] },
];
const OVERLOAD: SupportedCause = { code: 'TRAFFIC_SURGE', component: 'web', confidence: 0.8, supports: [] };
const DEPLOYMENT = { kind: 'deployment', source: 'pipeline' } as const;
const allowed = (bounds: RepairBounds) => allowedStrategies(STRATEGIES, bounds).map(({ id }) => id);

describe('the strategies that are allowed', () => {
  it('take nothing down under too high a load', () => {
    expect(allowed({ onlyRollback: false, overload: OVERLOAD })).toEqual(['handed']);
  });

  it('may roll a suspected change back under too high a load, and take nothing else down', () => {
    const bounds = { onlyRollback: false, overload: OVERLOAD, suspected: DEPLOYMENT };
    expect(allowed(bounds)).toContain('deployment');
    expect(allowed(bounds)).not.toContain('both');
    expect(allowed(bounds)).not.toContain('restart');
    expect(allowed(bounds)).not.toContain('configuration');
  });

  it('roll back the kind of change that is suspected while it is in progress', () => {
    expect(allowed({ onlyRollback: true, suspected: DEPLOYMENT })).toEqual(['deployment', 'both', 'handed']);
    expect(allowed({ onlyRollback: true, suspected: { kind: 'configuration', source: 'pipeline' } })).toEqual(
      ['configuration', 'handed'],
    );
  });

  it('may have CodeDeploy go back only during a deployment of CodeDeploy', () => {
    const during = (source: 'codedeploy' | 'cloudformation') =>
      allowed({ onlyRollback: true, suspected: { kind: 'deployment', source } });
    expect(during('codedeploy')).toContain('delivered');
    expect(during('cloudformation')).not.toContain('delivered');
  });
});
