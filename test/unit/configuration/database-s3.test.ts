import { describe, expect, it } from 'vitest';
import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { runbookOf } from '../../../functions/core/actions/runbook-of.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { expectProblem, problemsOf } from './configuration-text.ts';

const text = (more: string) => `settings: { repairTimeoutSeconds: 900 }
components:
  cache:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: redis-server.service
    database: { engine: redis, dataDirectory: /var/lib/redis${more} }
    signals: [backup-due]
strategies:
  - id: back-up
    trigger: { metrics: [backup-due] }
    actions: [{ type: backup_db }]
`;

function parametersFor(more: string) {
  const loaded = loadConfiguration(text(more), 'selfheal.yaml');
  const component = loaded.ok && loaded.compiled.components['cache'];
  if (!component) throw new Error('the configuration is refused');
  return runbookOf(actionDefinition('backup_db'), 'host')?.parameters(component, {});
}

describe('copies of backups in S3', () => {
  it('go to the bucket, below a prefix of their own', () => {
    expect(parametersFor(', s3: { bucket: my-backups }')).toMatchObject({
      s3Directory: 's3://my-backups/selfheal',
      s3Region: '',
      kmsKey: '',
    });
  });

  it('may go to another Region, with a key of your own', () => {
    const more = ', s3: { bucket: my-backups, prefix: a/b, region: eu-west-1, kmsKey: alias/backups }';
    expect(problemsOf(text(more))).toEqual([]);
    expect(parametersFor(more)).toMatchObject({
      s3Directory: 's3://my-backups/a/b',
      s3Region: 'eu-west-1',
      kmsKey: 'alias/backups',
    });
  });

  it('do not exist unless the configuration asks for them', () => {
    expect(parametersFor('')).not.toHaveProperty('s3Directory');
  });

  it.each([
    ['bucket', '{ bucket: ▼s3://my-backups }', 'without `s3://`'],
    ['prefix', '{ bucket: my-backups, prefix: ▼/selfheal/ }', 'backups/databases'],
    ['region', '{ bucket: my-backups, region: ▼Frankfurt }', 'eu-central-1'],
    ['kmsKey', '{ bucket: my-backups, kmsKey: ▼my key }', 'alias/'],
  ])('are refused with a wrong %s', (field, s3, said) => {
    const path = `components.cache.database.s3.${field}`;
    const problem = expectProblem(text(`, s3: ${s3}`), { code: 'invalid-format', path });
    expect(`${problem.message} ${problem.remedy}`).toContain(said);
  });
});
