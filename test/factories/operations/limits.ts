import {
  type ComponentRecord,
  EMPTY_FLEET,
  type FleetRecord,
  type Limits,
  newComponentRecord,
} from '../../../functions/core/admission/records.ts';

/** What limits `web`: nothing, but for what a test is about. */
export function limitsWith(
  component: Partial<ComponentRecord> = {},
  fleet: Partial<FleetRecord> = {},
): Limits {
  return {
    component: { ...newComponentRecord('web'), ...component },
    fleet: { ...EMPTY_FLEET, ...fleet },
  };
}
