import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

const LINK = '/srv/orders/current';
const RELEASES = '/srv/orders/releases';
const orders = {
  service: 'orders.service',
  component: 'orders',
  releaseLink: LINK,
  releasesDirectory: RELEASES,
};
const RUNS = '#!/bin/bash\nexec sleep infinity\n';

describe.skipIf(!requirement('hosts'))('rollback_deployment on a host', { timeout: 120_000 }, () => {
  let bench: Bench;
  const link = () => bench.sh(`readlink ${LINK}`);
  /** The release that the running service works in. */
  const running = () =>
    bench.sh('basename "$(readlink /proc/$(systemctl show -p MainPID --value orders)/cwd)"');
  const main = () => bench.sh('systemctl show -p MainPID --value orders');

  beforeAll(async () => {
    bench = await startBench();
    await bench.host.writeFile(
      '/etc/systemd/system/orders.service',
      `[Service]\nWorkingDirectory=${LINK}\nExecStart=${LINK}/run\n`,
    );
  }, 300_000);
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.sh(
      'systemctl stop orders 2>/dev/null || true; rm -rf /srv/orders /var/lib/selfheal/releases',
    );
    for (const name of ['v9', 'v10', 'v11', 'v12'])
      await bench.host.writeFile(`${RELEASES}/${name}/run`, RUNS, 0o755);
    await bench.sh(`cd ${RELEASES}; touch -d '-4 hours' v9; touch -d '-3 hours' v10; touch -d '-2 hours' v11; touch -d '-1 hour' v12
      ln -s releases/v11 ${LINK}; chown -h nobody ${LINK}; systemctl daemon-reload; systemctl reset-failed; systemctl start orders`);
  });

  it('goes back to the release before, and forward again on undo', async () => {
    const key = { ...orders, operationId: newOperationId() };
    const back = await bench.run('rollback_deployment', key);
    expect(back.result).toEqual({ release: 'v10', left: 'v11' });
    expect([await link(), await running()]).toEqual(['releases/v10', 'v10']);
    expect(await bench.sh(`stat -c %U ${LINK}; ls -A /srv/orders`)).toBe('nobody\ncurrent\nreleases');
    expect(await bench.run('rollback_deployment', key)).toEqual(back);
    const undo = { ...key, stepId: 'rollback-0', phase: 'undo' };
    expect((await bench.run('rollback_deployment', undo)).result).toEqual({ changed: true, release: 'v11' });
    expect([await link(), await running()]).toEqual(['releases/v11', 'v11']);
    const again = await bench.run('rollback_deployment', { ...undo, stepId: 'rollback-1' });
    expect(again.result).toEqual({ changed: false });
  });

  it('goes to the release that is named, also when the current one was deleted', async () => {
    await bench.sh(`rm -rf ${RELEASES}/v11; systemctl restart orders || true`);
    expect((await bench.run('rollback_deployment', { ...orders, release: 'v9' })).result).toMatchObject({
      release: 'v9',
    });
    expect(await running()).toBe('v9');
  });

  it('returns with one undo to where an operation began that went back twice', async () => {
    const key = { ...orders, operationId: newOperationId() };
    await bench.run('rollback_deployment', key);
    await bench.run('rollback_deployment', { ...key, stepId: 'heal-1' });
    expect(await running()).toBe('v9');
    await bench.run('rollback_deployment', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(await running()).toBe('v11');
  });

  it('leads the link back if the service does not start with the other release', async () => {
    await bench.host.writeFile(`${RELEASES}/v10/run`, '#!/bin/bash\nexit 1\n', 0o755);
    const outcome = await bench.run('rollback_deployment', orders);
    expect(outcome).toMatchObject({ exitCode: 1, code: expect.stringMatching(/NOT_ACTIVE|START_FAILED/) });
    expect(outcome.message).toContain('leads to v11 again; orders.service was restarted with it');
    expect([await link(), await running()]).toEqual(['releases/v11', 'v11']);
  });

  it('starts the service again that a condition keeps from starting with the other release', async () => {
    await bench.sh(`mkdir -p /run/systemd/system/orders.service.d; touch ${RELEASES}/v11/ready; touch -d '-2 hours' ${RELEASES}/v11
      printf '[Service]\\nExecCondition=/usr/bin/test -e ${LINK}/ready\\n' >/run/systemd/system/orders.service.d/ready.conf; systemctl daemon-reload`);
    const outcome = await bench.run('rollback_deployment', orders);
    await bench.sh('rm -r /run/systemd/system/orders.service.d; systemctl daemon-reload');
    expect(outcome).toMatchObject({ exitCode: 1 });
    expect(outcome.message).toContain('leads to v11 again; orders.service was restarted with it');
    expect([await link(), await running()]).toEqual(['releases/v11', 'v11']);
  });

  it('leaves the running service alone if it would not start again', async () => {
    await bench.sh(
      `rm ${RELEASES}/v10/run; touch ${RELEASES}/v10/other; touch -d '-3 hours' ${RELEASES}/v10`,
    );
    const before = await main();
    const outcome = await bench.run('rollback_deployment', orders);
    expect(outcome).toMatchObject({ exitCode: 1, code: 'CONFIG_INVALID' });
    expect(outcome.message).toContain(`is to run ${LINK}/run, which is not there`);
    expect(outcome.message).toMatch(/leads to v11 again$/);
    expect([await link(), await running(), await main()]).toEqual(['releases/v11', 'v11', before]);
  });

  it('changes nothing where the link cannot be replaced', async () => {
    await bench.sh('chattr +a /srv/orders');
    const before = await main();
    const outcome = await bench.run('rollback_deployment', orders);
    const files = await bench.sh('chattr -a /srv/orders; ls -A /srv/orders');
    expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_WRITABLE' });
    expect([files, await main()]).toEqual(['current\nreleases', before]);
  });

  it('notices a service that does not run what the link leads to', async () => {
    await bench.sh(`mkdir -p /run/systemd/system/orders.service.d; printf '[Service]\\nWorkingDirectory=${RELEASES}/v11\\n' >/run/systemd/system/orders.service.d/fixed.conf
      systemctl daemon-reload`);
    const outcome = await bench.run('rollback_deployment', orders);
    await bench.sh('rm -r /run/systemd/system/orders.service.d; systemctl daemon-reload');
    expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_SWITCHED' });
    expect(await link()).toBe('releases/v11');
  });

  it('moves no link that someone else has moved since', async () => {
    const key = { ...orders, operationId: newOperationId() };
    await bench.run('rollback_deployment', key);
    await bench.sh(`ln -sfn releases/v12 ${LINK}; systemctl restart orders`);
    const outcome = await bench.run('rollback_deployment', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
    expect([await link(), await running()]).toEqual(['releases/v12', 'v12']);
  });

  it.each([
    ['before it moves the link', /^leads_to "\$current" \|\|/m, 2],
    ['while the service restarts', /^require_running_from$/m, 1],
  ] as const)('leaves a link that someone else moves %s', async (_when, line, exitCode) => {
    const outcome = await bench.runUnchecked('rollback_deployment', orders, (script) => {
      expect(script).toMatch(line);
      return script.replace(line, (found) => `  ln -sfn releases/v12 ${LINK}\n${found}`);
    });
    expect(outcome).toMatchObject({ exitCode, code: 'CHANGED_MEANWHILE' });
    expect(await link()).toBe('releases/v12');
  });

  it.each([
    ['before the link is moved', /^point_link_at "\$target" \|\|/m, false],
    ['before the service is restarted', /^restart_service$/m, true],
  ] as const)('can be undone when it was killed %s', async (_when, line, changed) => {
    const key = { ...orders, operationId: newOperationId() };
    await bench.runUnchecked('rollback_deployment', key, (script) => {
      expect(script).toMatch(line);
      return script.replace(line, (found) => `  kill -KILL 0\n${found}`);
    });
    const undone = await bench.run('rollback_deployment', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(undone.result).toMatchObject({ changed });
    expect([await link(), await running()]).toEqual(['releases/v11', 'v11']);
  });

  it.each([
    ['a link that is none', 'NOT_A_LINK', `rm ${LINK}; mkdir ${LINK}; cp ${RELEASES}/v11/run ${LINK}`, {}],
    ['a link that leads elsewhere', 'NOT_A_RELEASE', `ln -sfn /srv ${LINK}`, {}],
    ['an empty release', 'NOT_A_RELEASE', `rm ${RELEASES}/v10/run`, { release: 'v10' }],
    ['a release that is not there', 'PATH_MISSING', 'true', { release: 'v8' }],
    ['to go back from the first one', 'NO_EARLIER_RELEASE', `ln -sfn releases/v9 ${LINK}`, {}],
    ['the release that is in use', 'FAULT_ELSEWHERE', 'true', { release: 'v11' }],
    ['an immutable directory', 'NOT_WRITABLE', 'chattr +i /srv/orders', {}],
  ])('refuses %s', async (_what, code, prepare, parameters) => {
    const before = await main();
    await bench.sh(prepare);
    const outcome = await bench.run('rollback_deployment', { ...orders, ...parameters });
    await bench.sh('chattr -i /srv/orders');
    expect(outcome).toMatchObject({ exitCode: 2, code });
    expect(await main()).toBe(before);
  });
});
