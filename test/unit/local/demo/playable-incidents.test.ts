import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { INCIDENTS } from '../../../../local/demo/incidents/incidents.ts';
import { playableIncidents } from '../../../../local/demo/playable-incidents.ts';
import { createJsonReport } from '../../../../local/demo/report/json-lines.ts';
import { createTerminalReport } from '../../../../local/demo/report/terminal.ts';
import { findPostgresql } from '../../../../local/demo/targets/embedded/postgresql.ts';
import { missingFor } from '../../../../local/demo/targets/embedded/target.ts';

const ALL = Object.values(INCIDENTS);
const REST = ALL.filter(({ name }) => name !== 'damaged database');
const NEEDED = `PostgreSQL 13 or newer in /usr/lib/postgresql, /usr/pgsql-* or /usr/bin, and a user other than root who may run it and enter ${tmpdir()}`;

/** Standard output that is no terminal, and what was written to it. */
function output() {
  const stream = new PassThrough();
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    text: () => String(stream.read() ?? ''),
  };
}

describe.skipIf(process.platform !== 'linux')('the demo on a machine without PostgreSQL', () => {
  const target: Pick<Parameters<typeof playableIncidents>[1], 'missingFor'> = {
    missingFor: (component) => missingFor(component, () => findPostgresql(['/no/such/directory/*'])),
  };

  it('leaves out the damaged database, which one line says with the reason, and plays the rest', () => {
    const { stream, text } = output();
    expect(playableIncidents(ALL, target, createTerminalReport(stream))).toEqual(REST);
    expect(text()).toBe(`  – damaged database is left out: this machine lacks ${NEEDED}\n`);
  });

  it('says the same to programs, in one object', () => {
    const { stream, text } = output();
    playableIncidents(ALL, target, createJsonReport(stream, output().stream));
    expect(JSON.parse(text())).toEqual({
      ...{ type: 'left-out', incident: 'damaged database', missing: NEEDED },
    });
  });

  it('says nothing where no incident needs it', () => {
    const { stream, text } = output();
    expect(playableIncidents(REST, target, createTerminalReport(stream))).toEqual(REST);
    expect(text()).toBe('');
  });
});
