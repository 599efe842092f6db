import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { type BrokenShop, openShop } from './broken-shop.ts';
import {
  answersTo,
  documentedSession,
  documentSession,
  type Exchange,
  withoutChance,
} from './documented-session.ts';
import { type RunSelfheal, selfhealIn } from './selfheal-command.ts';

/** Set by `npm run docs:session`. */
const WRITES_PAGE = 'SELFHEAL_WRITES_SESSION';
const OPERATION = /\d{8}T\d{6}Z-[0-9a-f]{12}/;
const PATIENCE = { timeout: 30_000, interval: 250 };

describe.skipIf(!requirement('java') || process.platform !== 'linux')(
  'a session of the command, on an embedded cloud and services that really run',
  () => {
    let shop: BrokenShop;
    let run: RunSelfheal;
    let session: Exchange[];

    beforeEach(async () => {
      shop = await openShop();
      run = selfhealIn(shop.directory, shop.endpointUrl);
      session = [];
    });
    afterEach(() => shop?.close());

    /** What a person reads. The exit code is part of the answer: scripts go by it. */
    async function selfheal(command: string, code = 0): Promise<string> {
      const answer = await run(command.split(' '));
      expect({ command, code: answer.code, err: answer.err }).toEqual({ command, code, err: '' });
      session.push({ command, output: answer.out });
      return answer.out;
    }

    it('leads from a sound deployment through two repairs to the audit record', async () => {
      expect(await selfheal('validate')).toBe('./selfheal.yaml: valid (0 errors, 0 warnings)\n');
      const examined = await selfheal('doctor');
      expect(examined).toMatch(/^alarms of components +2 +ok$/m);
      expect(examined).toMatch(/^managed nodes +2 +ok$/m);
      expect(examined).toContain('No fault found.');
      expect(await selfheal('status')).toMatch(/^docs +– +no fault known +ready$/m);
      expect(await selfheal('issues')).toContain('No issue.');

      await shop.kill('docs');
      await shop.kill('payments');
      expect(await shop.answers('docs')).toBe(false);
      await shop.setAlarm('payments', 'ALARM');

      // A person notices before the alarm of docs does.
      const repaired = await selfheal('repair docs --metric error_rate --reason blank-page --watch');
      expect(repaired).toMatch(/signal +CRITICAL error_rate, from manual\n.*blank-page \(by /);
      expect(repaired).toMatch(/heal-0 +start_component SUCCEEDED .* on i-0{16}4\n/);
      expect(repaired).toMatch(/end +COMPLETED SUCCESS after /);
      expect(await shop.answers('docs')).toBe(true);

      const proposals = async () => (await run(['proposals'])).out;
      await expect.poll(proposals, PATIENCE).toMatch(/payments +restart-payments +OPEN/);
      const proposed = OPERATION.exec(await selfheal('proposals'))?.[0] ?? '';
      const issues = await selfheal('issues', 1);
      expect(issues).toMatch(/^Priority 2: a person has to decide$/m);
      expect(issues).toContain(`Approve or deny ${proposed}; it expires in `);
      expect(await selfheal('why payments')).toMatch(/restart-payments: AWAITING_APPROVAL: proposal /);
      const refused = await selfheal('heal payments --metric error_rate', 1);
      expect(refused).toMatch(/^payments is not healed: AWAITING_APPROVAL: /);
      const details = await selfheal(`proposals ${proposed}`);
      expect(details).toMatch(/evidence +CRITICAL error_rate: every request fails$/m);
      expect(await shop.answers('payments')).toBe(false);

      const approved = await selfheal(`approve ${proposed} --reason checked`);
      expect(approved).toBe(`Approved. Follow it with \`selfheal show ${proposed} --watch\`.\n`);
      const followed = await selfheal(`show ${proposed} --watch`);
      expect(followed).toMatch(/end +COMPLETED SUCCESS after /);
      expect(await shop.answers('payments')).toBe(true);
      expect(await selfheal(`approve ${proposed}`, 1)).toContain('PROPOSAL_CLOSED');

      expect(await selfheal('why payments')).toMatch(/COOLDOWN: .*; 1 of 3 attempts used$/m);
      expect(await selfheal('check payments', 1)).toMatch(/payments is unhealthy\.$/m);
      await shop.setAlarm('payments', 'OK');
      expect(await selfheal('check payments')).toMatch(/payments is healthy/);
      expect(await selfheal('issues')).toContain('No issue.');
      expect(await selfheal(`show ${proposed}`)).toMatch(/^\S+ {2}COMPLETED SUCCESS$/m);

      expect(await selfheal('operations')).toMatch(/payments +restart-payments +COMPLETED +SUCCESS/);
      const history = await selfheal('history');
      expect(history).toMatch(/^2 faults since /);
      expect(history).toMatch(new RegExp(`payments .* healed +${proposed}$`, 'm'));
      const report = await selfheal('report');
      expect(report).toMatch(/^Faults +2 +2 healed$/m);
      expect(report).toMatch(/^start_component +repair +2 /m);
      expect(report).toMatch(/^AWAITING_APPROVAL +1$/m);

      const exported = await selfheal('export --output audit.jsonl');
      const lines = await readFile(join(shop.directory, 'audit.jsonl'), 'utf8');
      expect(exported).toContain(`sha256 ${createHash('sha256').update(lines).digest('hex')}: `);
      expect(lines).toContain(proposed);
      expect(await selfheal('doctor')).toContain('No fault found.');

      if (process.env[WRITES_PAGE]) documentSession(session);
      const documented = documentedSession();
      expect(documented.length).toBeGreaterThan(15);
      for (const [index, { command, output }] of answersTo(documented, session).entries())
        expect(
          withoutChance(output),
          `docs/session.md is stale: run \`npm run docs:session\` and commit what it writes (${command})`,
        ).toBe(withoutChance(documented[index]?.output ?? ''));
    });
  },
);
