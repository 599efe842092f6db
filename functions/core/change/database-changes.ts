import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';
import { textForPeople } from '../signal/event-values.ts';
import { nameInArn, reading } from './aws-change.ts';
import type { ChangeKind, ChangePhase } from './change-event.ts';
import { hasDatabase } from './change-owners.ts';

/**
 * Events of RDS that begin, end or are a change of a database. RDS gives a change no id: those of the same modification
 * have the same name here.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const EVENTS: Readonly<Record<string, readonly [what: string, kind: ChangeKind, phase: ChangePhase]>> = {
  'RDS-EVENT-0011': ['parameter-group', 'configuration', 'started'],
  'RDS-EVENT-0092': ['parameter-group', 'configuration', 'finished'],
  'RDS-EVENT-0012': ['instance-class', 'scaling', 'started'],
  'RDS-EVENT-0014': ['instance-class', 'scaling', 'finished'],
  'RDS-EVENT-0018': ['storage', 'scaling', 'started'],
  'RDS-EVENT-0017': ['storage', 'scaling', 'finished'],
  'RDS-EVENT-0217': ['storage', 'scaling', 'started'],
  'RDS-EVENT-0218': ['storage', 'scaling', 'finished'],
  'RDS-EVENT-0024': ['multi-az', 'configuration', 'started'],
  'RDS-EVENT-0025': ['multi-az', 'configuration', 'finished'],
  'RDS-EVENT-0030': ['multi-az', 'configuration', 'started'],
  'RDS-EVENT-0029': ['multi-az', 'configuration', 'finished'],
  'RDS-EVENT-0016': ['credentials', 'configuration', 'finished'],
  'RDS-EVENT-0295': ['storage-upgrade', 'maintenance', 'started'],
  'RDS-EVENT-0296': ['storage-upgrade', 'maintenance', 'finished'],
  'RDS-EVENT-0306': ['storage-upgrade', 'maintenance', 'failed'],
  'RDS-EVENT-0013': ['failover', 'maintenance', 'started'],
  'RDS-EVENT-0015': ['failover', 'maintenance', 'finished'],
  'RDS-EVENT-0049': ['failover', 'maintenance', 'finished'],
  'RDS-EVENT-0072': ['failover', 'maintenance', 'started'],
  'RDS-EVENT-0073': ['failover', 'maintenance', 'started'],
  'RDS-EVENT-0071': ['failover', 'maintenance', 'finished'],
  'RDS-EVENT-0069': ['failover', 'maintenance', 'failed'],
  'RDS-EVENT-0026': ['offline-patch', 'maintenance', 'started'],
  'RDS-EVENT-0027': ['offline-patch', 'maintenance', 'finished'],
  'RDS-EVENT-0047': ['patch', 'maintenance', 'finished'],
  'RDS-EVENT-0267': ['engine-upgrade', 'maintenance', 'started'],
  'RDS-EVENT-0268': ['engine-upgrade', 'maintenance', 'finished'],
  'RDS-EVENT-0270': ['engine-upgrade', 'maintenance', 'failed'],
};

/** The event ids that are changes: the rules let no others through. */
export const DATABASE_EVENT_IDS = Object.keys(EVENTS);

const text = () => z.string().check(z.minLength(1), z.maxLength(512));

/** Reads an event of an instance or of a cluster. */
export const readDatabaseEvent = reading(
  lazily(() => z.looseObject({ SourceArn: text(), EventID: text(), Message: textForPeople() })),
  ({ SourceArn, EventID, Message }) => {
    const instance = nameInArn(SourceArn, 'db');
    const database = instance ?? nameInArn(SourceArn, 'cluster');
    if (database === undefined)
      return { problem: `detail.SourceArn ${JSON.stringify(SourceArn)}: not the ARN of a database` };
    const event = EVENTS[EventID];
    if (event === undefined) return { ignored: `${database}: ${EventID}` };
    const [what, kind, phase] = event;
    return {
      ...{ source: 'rds', kind, phase },
      changeId: `${database}/${what}`,
      summary: `${database}: ${Message || what}`,
      isOwn: (component) =>
        hasDatabase(component, instance === undefined ? 'dbCluster' : 'dbInstance', database),
    };
  },
);
