import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords } from '../../../../functions/app/queries/audit-records.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { auditLines, checksumLine, sha256 } from '../../../../functions/core/report/audit-lines.ts';
import { configured } from '../../../factories/configuration.ts';
import { controlEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selfheal-export-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('an export', () => {
  it('has every record with the plan under which it was decided, and counts them in its first line', async () => {
    const world = createWorld(configured({ components: { web: {} } }));
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation));
    const { entries, isCut } = await auditRecords(world, { days: 1 });
    const [head = '', ...lines] = auditLines({ isCut }, entries);
    expect(JSON.parse(head)).toMatchObject({
      kind: 'export',
      isCut: false,
      records: { plan: 1, operation: 1 },
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'plan', id: operation.planId, record: { strategy: { id: 'restart' } } },
      { kind: 'operation', id: operation.operationId, record: { result: 'SUCCESS' } },
    ]);
  });

  it('has its records by kind, and those of a kind by id, in whatever order they were read', () => {
    const entries = [
      { kind: 'step', id: 'b', record: {} },
      { kind: 'step', id: 'a', record: {} },
      { kind: 'step', id: 'c', record: {} },
      { kind: 'plan', id: 'z', record: {} },
    ] as const;
    for (const given of [entries, entries.toReversed()]) {
      const [head = '', ...lines] = auditLines({}, given);
      expect(JSON.parse(head).records).toMatchObject({ plan: 1, step: 3, operation: 0 });
      expect(lines.map((line) => JSON.parse(line).id)).toEqual(['z', 'a', 'b', 'c']);
    }
  });

  it('has what people set last for each part of the fleet, when, why, and until when', async () => {
    const world = createWorld(
      configured({ groups: { front: {} }, components: { web: { group: 'front' }, api: {} } }),
    );
    const set = (detail: Readonly<Record<string, unknown>>, second: number) =>
      triage(world, controlEvent({ reason: 'incident', ...detail }, `2026-11-22T13:30:0${second}Z`));
    await set({ command: 'pause', for: '2h' }, 0);
    await set({ command: 'pause', group: 'front' }, 1);
    await set({ command: 'resume', group: 'front' }, 2);
    await set({ command: 'exclude', component: 'web' }, 3);
    await set({ command: 'set_mode', mode: 'observe', component: 'api', for: '5m' }, 4);
    world.clock.now += 600_000;
    const { entries } = await auditRecords(world, { days: 1 });
    const settings = entries.filter(({ kind }) => kind === 'setting');
    const at = (second: number) => Date.parse(`2026-11-22T13:30:0${second}Z`);
    expect(settings).toMatchObject([
      {
        id: 'fleet#everything',
        record: { givenAtMs: at(0), setting: { reason: 'incident', untilMs: at(0) + 7_200_000 } },
      },
      { id: 'group#front', record: { givenAtMs: at(2) } },
      { id: 'component#web', record: { givenAtMs: at(3), setting: { reason: 'incident' } } },
      {
        id: 'component-mode#api',
        record: { givenAtMs: at(4), setting: { mode: 'observe', untilMs: at(4) + 300_000 } },
      },
    ]);
    expect(settings[1]?.record).not.toHaveProperty('setting');
  });

  it('leaves out what was lifted or has ended before the period, and keeps what still holds', async () => {
    const world = createWorld(configured({ components: { web: {}, api: {} } }));
    await triage(
      world,
      controlEvent(
        { command: 'exclude', component: 'web', reason: 'incident', for: '1h' },
        '2026-11-22T13:30:00Z',
      ),
    );
    await triage(
      world,
      controlEvent(
        { command: 'exclude', component: 'api', reason: 'incident', for: '30d' },
        '2026-11-22T13:30:00Z',
      ),
    );
    world.clock.now += 2 * 86_400_000;
    const { entries } = await auditRecords(world, { days: 1 });
    expect(entries.map(({ kind, id }) => [kind, id])).toEqual([['setting', 'component#api']]);
  });

  it('stays the same for the same records, in whatever order they and their fields come', () => {
    const one = { kind: 'operation', id: '1', record: { a: 1, b: { d: [2, 1], c: null } } } as const;
    const same = { kind: 'operation', id: '1', record: { b: { c: null, d: [2, 1] }, a: 1 } } as const;
    const two = { kind: 'refusal', id: '0', record: {} } as const;
    expect(auditLines({}, [two, same])).toEqual(auditLines({}, [one, two]));
    expect(auditLines({}, [one])[1]).toBe(
      '{"id":"1","kind":"operation","record":{"a":1,"b":{"c":null,"d":[2,1]}}}',
    );
  });

  it('has a checksum that sha256sum accepts, and refuses after a change of one character', () => {
    const text = `${auditLines({ table: 'Überwachung' }, []).join('\n')}\n`;
    const file = join(directory, 'audit.jsonl');
    writeFileSync(file, text);
    writeFileSync(`${file}.sha256`, checksumLine(sha256(text), 'audit.jsonl'));
    const check = () =>
      execFileSync('sha256sum', ['--check', 'audit.jsonl.sha256'], { cwd: directory, stdio: 'pipe' });
    expect(check().toString()).toBe('audit.jsonl: OK\n');
    writeFileSync(file, text.replace('"format":1', '"format":2'));
    expect(check).toThrow(/did NOT match/);
  });
});
