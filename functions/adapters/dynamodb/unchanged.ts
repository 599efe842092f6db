import type { ComponentRecord, FleetRecord } from '../../core/admission/records.ts';

/** True for a record that nobody has changed since it was read; revision 0 stands for "not there". */
export function unchanged(record: ComponentRecord | FleetRecord): string {
  return record.revision === 0 ? 'attribute_not_exists(pk)' : '#revision = :revision';
}
