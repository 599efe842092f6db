import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

const KEY = '/etc/nginx/tls/key.pem';
const CERTIFICATE = '/etc/nginx/tls/certificate.pem';
const pair = {
  service: 'nginx.service',
  keyFile: KEY,
  certificateFile: CERTIFICATE,
  names: 'web.example.com,*.web.example.com,127.0.0.1',
};
const SITE = `server {
  listen 443 ssl;
  ssl_certificate ${CERTIFICATE};
  ssl_certificate_key ${KEY};
  return 200;
}`;

const NEEDS_A_FILE = '[Service]\nEnvironmentFile=/no/such/file\n';

describe.skipIf(!requirement('hosts'))('regenerate_certs', { timeout: 60_000 }, () => {
  let bench: Bench;
  const presented = (more = '') =>
    bench.sh(
      `openssl s_client -connect 127.0.0.1:443 -servername web.example.com </dev/null 2>/dev/null | openssl x509 -noout -fingerprint ${more}`,
    );
  const inPlace = () => bench.sh(`openssl x509 -noout -fingerprint -in ${CERTIFICATE}; md5sum ${KEY}`);
  const litter = () =>
    bench.sh(
      'ls -A /etc/nginx/tls; ls -d /var/lib/selfheal/certificates/web/{issued.*,replacing} 2>/dev/null || true',
    );

  beforeAll(async () => {
    bench = await startBench();
    await bench.host.writeFile('/etc/nginx/sites-enabled/tls', SITE);
    await bench.sh(`mkdir -p /root/old /root/ca; cd /root/old
      openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 1 -subj /CN=old 2>/dev/null
      cd /root/ca; openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 30 -subj /CN=ours 2>/dev/null`);
  }, 300_000);
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.sh(`rm -rf /etc/nginx/tls /var/lib/selfheal/certificates; mkdir /etc/nginx/tls
      cp /root/old/* /etc/nginx/tls; chmod 640 ${KEY}; chgrp www-data ${KEY}; systemctl reset-failed; systemctl restart nginx`);
  });

  it('puts a new pair in place, which clients get, and the old one back on undo', async () => {
    const [before, files] = [await presented(), await inPlace()];
    const key = { ...pair, operationId: newOperationId() };
    const { result } = await bench.run('regenerate_certs', key);
    expect(result).toMatchObject({ names: pair.names, applied: 'reload' });
    expect(await presented()).not.toBe(before);
    expect(await presented('-ext subjectAltName')).toContain('DNS:*.web.example.com, IP Address:127.0.0.1');
    expect(await bench.sh(`stat -c '%a %G' ${KEY}`)).toBe('640 www-data');
    expect(await litter()).toBe('certificate.pem\nkey.pem');
    const undone = await bench.run('regenerate_certs', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(undone.result).toEqual({ changed: true });
    expect(await presented()).toBe(before);
    expect(await inPlace()).toBe(files);
  });

  it('keeps no key but that in place and that of the undo', async () => {
    const keys = () =>
      bench.sh('cd /var/lib/selfheal/certificates/web/objects; grep -l "PRIVATE KEY" * | wc -l');
    await bench.run('regenerate_certs', pair);
    await bench.run('regenerate_certs', pair);
    const files = await inPlace();
    const key = { ...pair, operationId: newOperationId() };
    await bench.run('regenerate_certs', key);
    await bench.run('regenerate_certs', { ...key, stepId: 'heal-1' });
    expect(await keys()).toBe('2');
    const undone = await bench.run('regenerate_certs', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(undone.result).toEqual({ changed: true });
    expect(await inPlace()).toBe(files);
    expect(await keys()).toBe('1');
  });

  it('renews once, however often it is asked', async () => {
    const key = { ...pair, operationId: newOperationId() };
    const first = await bench.run('regenerate_certs', key);
    const files = await inPlace();
    expect(await bench.run('regenerate_certs', key)).toEqual(first);
    expect(await inPlace()).toBe(files);
  });

  it('has the certificate signed by your own authority, which openssl confirms', async () => {
    const authority = { caKeyFile: '/root/ca/key.pem', caCertificateFile: '/root/ca/certificate.pem' };
    expect(await bench.run('regenerate_certs', { ...pair, ...authority })).toMatchObject({
      exitCode: 2,
      code: 'AUTHORITY_EXPIRES',
    });
    const outcome = await bench.run('regenerate_certs', { ...pair, ...authority, validDays: '7' });
    expect(outcome.status).toBe('Success');
    await bench.sh(`openssl s_client -connect 127.0.0.1:443 -servername web.example.com -verify_hostname a.web.example.com \
      -verify_return_error -CAfile /root/ca/certificate.pem </dev/null >/dev/null 2>&1`);
  });

  it('starts a service that is stopped', async () => {
    await bench.sh(`systemctl stop nginx; : >${CERTIFICATE}; : >${KEY}`);
    expect((await bench.run('regenerate_certs', pair)).result).toMatchObject({ applied: 'restart' });
    expect(await presented()).toContain('Fingerprint');
  });

  it.each([
    ['does not pick up the new one', '443', 'bring_up "$unit" "$apply" 1', 'true'],
    ['presents it elsewhere', '444', '', ''],
  ])('puts the old pair back if the service %s', async (_what, port, from, to) => {
    const [before, files] = [await presented(), await inPlace()];
    const outcome = await bench.runUnchecked('regenerate_certs', { ...pair, port }, (script) =>
      script.replaceAll(from, to).replace('+ 1500))', '+ 100))'),
    );
    expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_SERVED' });
    // nginx answers a reload before its new processes have taken over.
    await expect.poll(() => presented(), { timeout: 10_000 }).toBe(before);
    expect(await inPlace()).toBe(files);
  });

  it.each([
    ['between the two files', 'mv -f -T -- "$(new_name "$path")" "$path"\n', 'after'],
    ['before the service has the new pair', 'test_before "$apply" "$unit"\n', 'before'],
  ])('puts the old pair back if it is killed %s', async (_when, line, where) => {
    const files = await inPlace();
    const key = { ...pair, operationId: newOperationId() };
    const outcome = await bench.runUnchecked('regenerate_certs', key, (script) => {
      const at = script.lastIndexOf(line) + (where === 'after' ? line.length : 0);
      expect(at).toBeGreaterThan(line.length);
      return `${script.slice(0, at)}  kill -KILL 0\n${script.slice(at)}`;
    });
    expect(outcome.exitCode).not.toBe(0);
    await expect.poll(litter, { timeout: 20_000 }).toBe('certificate.pem\nkey.pem');
    expect(await inPlace()).toBe(files);
    const undone = await bench.run('regenerate_certs', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(undone.result).toEqual({ changed: false });
  });

  it('overwrites no pair that someone else has put there since', async () => {
    const key = { ...pair, operationId: newOperationId() };
    await bench.run('regenerate_certs', key);
    await bench.sh(
      `cp /root/ca/key.pem ${KEY}; cp /root/ca/certificate.pem ${CERTIFICATE}; systemctl reload nginx`,
    );
    const files = await inPlace();
    const outcome = await bench.run('regenerate_certs', { ...key, stepId: 'rollback-0', phase: 'undo' });
    expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
    expect(await inPlace()).toBe(files);
  });

  it('restarts no service that would not start again, and makes no pair for it', async () => {
    await bench.host.writeFile('/etc/systemd/system/nginx.service.d/needs.conf', NEEDS_A_FILE);
    await bench.sh('systemctl daemon-reload');
    const state = async () => [await inPlace(), await bench.sh('systemctl show -P MainPID nginx')];
    const before = await state();
    const outcome = await bench.run('regenerate_certs', { ...pair, applyBy: 'restart' });
    const after = await state();
    await bench.sh('rm -r /etc/systemd/system/nginx.service.d; systemctl daemon-reload');
    expect(outcome).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
    expect(outcome.message).toContain('/no/such/file');
    expect(after).toEqual(before);
    const { result } = await bench.run('regenerate_certs', { ...pair, applyBy: 'restart' });
    expect(result).toMatchObject({ applied: 'restart' });
    expect(await state()).not.toEqual(before);
  });

  it.each([
    ['something else than a key', 'NOT_A_KEY', { keyFile: '/etc/passwd' }, 'true', 'true'],
    [
      'something else than a certificate',
      'NOT_A_CERTIFICATE',
      { certificateFile: '/etc/hostname-is' },
      'echo x >/etc/hostname-is',
      'true',
    ],
    ['a file of the system', 'PROTECTED_PATH', { keyFile: '/usr/bin/env' }, 'true', 'true'],
    ['a link', 'SYMBOLIC_LINK', {}, `mv ${KEY} /root/k.pem; ln -s /root/k.pem ${KEY}`, 'true'],
    ['an immutable file', 'NOT_WRITABLE', {}, `chattr +i ${KEY}`, `chattr -i ${KEY}`],
    [
      'a full file system',
      'DISK_FULL',
      {},
      'cp -a /etc/nginx/tls /root/full; mount -t tmpfs -o size=64k none /etc/nginx/tls; cp -a /root/full/* /etc/nginx/tls; head -c 99k /dev/zero >/etc/nginx/tls/full || true',
      'umount /etc/nginx/tls',
    ],
    [
      'an authority that is not there',
      'PATH_MISSING',
      { caKeyFile: '/root/no.pem', caCertificateFile: '/root/no.pem' },
      'true',
      'true',
    ],
  ] as const)('refuses %s', async (_what, code, parameters, prepare, undo) => {
    await bench.sh(prepare);
    const before = await presented();
    const outcome = await bench.run('regenerate_certs', { ...pair, ...parameters });
    const after = await presented();
    await bench.sh(undo);
    expect(outcome).toMatchObject({ exitCode: 2, code });
    expect(after).toBe(before);
  });
});
