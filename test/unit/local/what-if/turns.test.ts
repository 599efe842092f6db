import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../../../cli/run-command.ts';
import { whatIfReading } from '../../../../local/what-if/what-if.ts';
import { recordedContext } from '../../cli/output.ts';
import { CONFIGURATION, episode, historyText } from './history-file.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selfheal-what-if-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('has components take turns of which one may have the host of both rebooted', async () => {
  const configuration = join(directory, 'selfheal.yaml');
  writeFileSync(
    configuration,
    CONFIGURATION.replaceAll('    group: web\n', '')
      .replace('groups:\n  web: { maxInFlight: 1, minHealthy: 1 }\n', '')
      .replace('i-0a1b2c3d4e5f60002', 'i-0a1b2c3d4e5f60000')
      .replace('{ type: isolate_network }', '{ type: reboot_instance, timeoutSeconds: 100s }')
      .replace('    rollback: { onFailure: maintain_isolation }\n', ''),
  );
  const both = [...episode('web-a memory', '12:00', '12:50'), ...episode('web-c memory', '12:00', '12:50')];
  const context = recordedContext(undefined, configuration);
  await runCommand(['what-if', '--history', '-'], {
    ...context,
    whatIf: whatIfReading(async () => Buffer.from(historyText(both))),
  });
  const out = context.lines.join('\n');
  expect(out).toContain('2 healed, 0 failed');
  expect(out).toMatch(/waited \d+ s: TARGET_BUSY/);
});
