import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PROTECTED_DIRECTORIES,
  PROTECTED_TREES,
  protectionOf,
} from '../../../functions/core/actions/protected-directories.ts';
import {
  createHostsDirectory,
  createProcessHost,
  type ProcessHost,
} from '../../../local/process-hosts/process-host.ts';
import { runRunbookByHand } from '../../../local/process-hosts/run-runbook.ts';

const paths = [
  ...PROTECTED_TREES.flatMap((tree) => [tree, `${tree}/nothing/here`, `${tree}-nothing/here`]),
  ...PROTECTED_DIRECTORIES.flatMap((directory) => [directory, `${directory}/nothing-here`]),
  '/home',
  '/home/nobody-here',
  '/home/nobody-here/tmp',
  '/nothing-here',
  '/nothing/here',
];

describe.skipIf(process.platform !== 'linux')('clear_temp_files, on a host,', () => {
  let directory: Awaited<ReturnType<typeof createHostsDirectory>>;
  let host: ProcessHost;
  beforeAll(async () => {
    directory = await createHostsDirectory();
    host = await createProcessHost(directory.path, {
      name: 'one',
      instanceId: 'i-0123456789abcdef0',
      tags: {},
    });
  });
  afterAll(() => directory.remove());

  it.each(paths.map((path, index) => [path, index] as const))(
    'protects %s if the configuration does',
    async (path, index) => {
      const { stderr } = await runRunbookByHand(host, 'clear_temp_files', {
        operationId: 'operation-1',
        stepId: `heal-${index}`,
        fence: '1',
        component: 'web',
        paths: path,
      });
      // What is not protected is not there: nothing is deleted on this machine.
      expect(stderr).toContain(protectionOf(path) === undefined ? ' PATH_MISSING: ' : ' PROTECTED_PATH: ');
    },
  );
});
