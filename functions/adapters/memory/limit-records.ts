import {
  type ComponentRecord,
  EMPTY_FLEET,
  type FleetRecord,
  type Limits,
  newComponentRecord,
} from '../../core/admission/records.ts';
import { frozen } from './frozen.ts';

/** The records that limits are decided on: one of each component, and the fleet's. */
export interface LimitRecords {
  /** A component's record; an empty one if it was never healed. */
  readonly component: (name: string) => ComponentRecord;
  /** The records of all components that have one. */
  readonly components: () => readonly ComponentRecord[];
  readonly fleet: () => FleetRecord;
  /** Keeps what a record was changed to, under its next revision. */
  readonly replaceComponent: (record: ComponentRecord) => void;
  readonly replaceFleet: (record: FleetRecord) => void;
  readonly changeComponent: (name: string, changes: Partial<ComponentRecord>) => void;
  readonly changeFleet: (changes: Partial<FleetRecord>) => void;
  /** Keeps both under the revisions that they have. */
  readonly write: (limits: Limits) => void;
}

export function createLimitRecords(): LimitRecords {
  const components = new Map<string, ComponentRecord>();
  let fleet = EMPTY_FLEET;

  const component = (name: string) => components.get(name) ?? newComponentRecord(name);

  function write(limits: Limits): void {
    components.set(limits.component.component, frozen(limits.component));
    fleet = frozen(limits.fleet);
  }

  const replaceComponent = (record: ComponentRecord) =>
    write({ component: { ...record, revision: record.revision + 1 }, fleet });

  function replaceFleet(record: FleetRecord): void {
    fleet = frozen({ ...record, revision: record.revision + 1 });
  }

  return {
    component,
    components: () => [...components.values()],
    fleet: () => fleet,
    replaceComponent,
    replaceFleet,
    changeComponent: (name, changes) => replaceComponent({ ...component(name), ...changes }),
    changeFleet: (changes) => replaceFleet({ ...fleet, ...changes }),
    write,
  };
}
