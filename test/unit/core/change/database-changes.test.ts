import { describe, expect, it } from 'vitest';
import { DATABASE_EVENT_IDS } from '../../../../functions/core/change/database-changes.ts';
import { databaseEvent } from '../../../factories/events/change-events.ts';
import { changeOf, ignored, problem, read } from './read-changes.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const EVENTS = [
  ['0011', 'parameter-group', 'configuration', 'started'],
  ['0092', 'parameter-group', 'configuration', 'finished'],
  ['0012', 'instance-class', 'scaling', 'started'],
  ['0014', 'instance-class', 'scaling', 'finished'],
  ['0018', 'storage', 'scaling', 'started'],
  ['0017', 'storage', 'scaling', 'finished'],
  ['0217', 'storage', 'scaling', 'started'],
  ['0218', 'storage', 'scaling', 'finished'],
  ['0024', 'multi-az', 'configuration', 'started'],
  ['0025', 'multi-az', 'configuration', 'finished'],
  ['0030', 'multi-az', 'configuration', 'started'],
  ['0029', 'multi-az', 'configuration', 'finished'],
  ['0016', 'credentials', 'configuration', 'finished'],
  ['0295', 'storage-upgrade', 'maintenance', 'started'],
  ['0296', 'storage-upgrade', 'maintenance', 'finished'],
  ['0306', 'storage-upgrade', 'maintenance', 'failed'],
  ['0013', 'failover', 'maintenance', 'started'],
  ['0015', 'failover', 'maintenance', 'finished'],
  ['0049', 'failover', 'maintenance', 'finished'],
  ['0072', 'failover', 'maintenance', 'started'],
  ['0073', 'failover', 'maintenance', 'started'],
  ['0071', 'failover', 'maintenance', 'finished'],
  ['0069', 'failover', 'maintenance', 'failed'],
  ['0026', 'offline-patch', 'maintenance', 'started'],
  ['0027', 'offline-patch', 'maintenance', 'finished'],
  ['0047', 'patch', 'maintenance', 'finished'],
  ['0267', 'engine-upgrade', 'maintenance', 'started'],
  ['0268', 'engine-upgrade', 'maintenance', 'finished'],
  ['0270', 'engine-upgrade', 'maintenance', 'failed'],
] as const;

describe('an event of RDS', () => {
  it.each(EVENTS)('RDS-EVENT-%s is the change %s, of the kind %s, and it has %s', (id, what, kind, phase) => {
    expect(read(databaseEvent(`RDS-EVENT-${id}`, 'As RDS says.'))).toEqual(
      changeOf({
        component: 'stored',
        source: 'rds',
        kind,
        phase,
        changeId: `orders-db/${what}`,
        summary: 'orders-db: As RDS says.',
      }),
    );
  });

  it('is let through by the rules if it is one of these, and otherwise is not', () => {
    expect(DATABASE_EVENT_IDS.toSorted()).toEqual(EVENTS.map(([id]) => `RDS-EVENT-${id}`).toSorted());
    expect(read(databaseEvent('RDS-EVENT-0001', 'Backing up'))).toEqual(ignored('orders-db: RDS-EVENT-0001'));
  });

  const failover = (component: string, changeId: string, summary: string) =>
    changeOf({ component, source: 'rds', kind: 'maintenance', phase: 'started', changeId, summary });

  it('is named after the change where RDS sends no message', () => {
    const expected = failover('stored', 'orders-db/failover', 'orders-db: failover');
    expect(read(databaseEvent('RDS-EVENT-0013', ''))).toEqual(expected);
    expect(read(databaseEvent('RDS-EVENT-0013', ''), { Message: undefined })).toEqual(expected);
  });

  it('belongs to the component whose target is the instance, or the cluster, of that name', () => {
    const of = (id: string, name: string, kind: 'db' | 'cluster') =>
      read(databaseEvent(`RDS-EVENT-${id}`, 'm', name, kind));
    expect(of('0013', 'ledger', 'db')).toEqual(failover('ledger', 'ledger/failover', 'ledger: m'));
    expect(of('0073', 'store', 'cluster')).toEqual(failover('store', 'store/failover', 'store: m'));
    expect(of('0073', 'orders-db', 'cluster')).toEqual(
      failover('stored', 'orders-db/failover', 'orders-db: m'),
    );
    expect(of('0073', 'ledger', 'cluster')).toEqual(ignored('ledger: m: a change of no watched component'));
    expect(of('0013', 'store', 'db')).toEqual(ignored('store: m: a change of no watched component'));
  });

  it('is not understood without the ARN of a database', () => {
    const event = databaseEvent('RDS-EVENT-0013', 'm');
    const arn = 'arn:aws:rds:eu-west-1:123456789012:snapshot:orders-db';
    expect(read(event, { SourceArn: arn })).toEqual(
      problem(`detail.SourceArn "${arn}": not the ARN of a database`),
    );
    expect(read(event, { SourceArn: undefined })).toEqual(problem('SourceArn missing: a text'));
    expect(read(event, { EventID: undefined })).toEqual(problem('EventID missing: a text'));
  });

  it('has an ARN and an id of 1 to 512 characters', () => {
    const event = databaseEvent('RDS-EVENT-0013', 'm');
    expect(read(event, { EventID: 'x'.repeat(512) })).toEqual(ignored(`orders-db: ${'x'.repeat(512)}`));
    expect(read(event, { EventID: 'x'.repeat(513) }).kind).toBe('not-understood');
    expect(read(event, { EventID: 'x' })).toEqual(ignored('orders-db: x'));
    expect(read(event, { EventID: '' }).kind).toBe('not-understood');
  });
});
