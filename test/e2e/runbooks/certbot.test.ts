// @thorough
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Edit, newOperationId } from './bench.ts';
import {
  ARCHIVE,
  type CertbotBench,
  CONF,
  DUE,
  LIVE,
  NAME,
  NAMES,
  startCertbotBench,
} from './certbot-bench.ts';

const NOT_TAKEN_UP: Edit = (script) =>
  script.replace('bring_up "$unit" "$apply" 1\n', 'true\n').replace('+ 1500))', '+ 100))');

describe.skipIf(!requirement('hosts') || !requirement('python') || !requirement('go'))(
  'renew_certificate',
  { timeout: 180_000 },
  () => {
    let bench: CertbotBench;
    beforeAll(async () => {
      bench = await startCertbotBench();
    }, 600_000);
    afterAll(() => bench?.close());
    beforeEach(() => bench.reset());

    it('puts a renewed pair in place, which clients get, and the old one back on undo', async () => {
      await bench.sh(DUE);
      const [before, key] = [await bench.presented(), { operationId: newOperationId() }];
      const { result } = await bench.renew(key);
      expect(result).toMatchObject({ renewed: true, names: NAMES, applied: 'reload' });
      expect(await bench.presented()).not.toBe(before);
      expect(await bench.presented()).toBe(await bench.inPlace());
      expect(await bench.links()).toBe('2222');
      expect(await bench.sh(`stat -c %a ${ARCHIVE}/privkey2.pem ${ARCHIVE}/cert2.pem`)).toBe('600\n644');
      const undone = await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(undone.result).toEqual({ changed: true });
      expect(await bench.presented()).toBe(before);
      expect(await bench.links()).toBe('1111');
      expect(await bench.litter()).toBe('');
    });

    it('leaves certbot a certificate that it keeps after an undo, and renews when it is due', async () => {
      await bench.sh(DUE);
      const key = { operationId: newOperationId() };
      await bench.renew(key);
      await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      await bench.sh(`sed -i '/^renew_before_expiry/d' ${CONF}; certbot renew --non-interactive`);
      expect(await bench.links()).toBe('1111');
      await bench.sh(`${DUE}; certbot renew --non-interactive --no-random-sleep-on-renew`);
      expect(await bench.links()).toBe('2222');
    });

    it('renews once, however often it is asked', async () => {
      await bench.sh(DUE);
      const [key, before] = [{ operationId: newOperationId() }, Number(await bench.issued())];
      const first = await bench.renew(key);
      expect(await bench.renew(key)).toEqual(first);
      expect(Number(await bench.issued())).toBe(before + 1);
    });

    it('undoes all renewals of an operation at once', async () => {
      await bench.sh(DUE);
      const [before, key] = [await bench.presented(), { operationId: newOperationId() }];
      await bench.renew(key);
      expect((await bench.renew({ ...key, stepId: 'heal-1' })).result).toMatchObject({ renewed: true });
      await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(await bench.presented()).toBe(before);
      expect(await bench.inArchive()).toBe('cert1.pem');
      const again = await bench.renew({ ...key, stepId: 'rollback-1', phase: 'undo' });
      expect(again.result).toEqual({ changed: false });
    });

    it('renews nothing that is not due, and says so', async () => {
      const before = await bench.issued();
      const outcome = await bench.renew();
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_DUE' });
      expect(outcome.message).toContain('nothing was renewed');
      expect([await bench.issued(), await bench.links(), await bench.litter()]).toEqual([before, '1111', '']);
    });

    it('only has the service take up a pair that certbot has renewed before', async () => {
      const old = await bench.presented();
      await bench.sh(`${DUE}; certbot renew --non-interactive --no-random-sleep-on-renew`);
      const before = await bench.issued();
      expect(await bench.presented()).toBe(old);
      const key = { operationId: newOperationId() };
      expect((await bench.renew(key)).result).toMatchObject({ renewed: false, applied: 'reload' });
      expect(await bench.presented()).toBe(await bench.inPlace());
      expect(await bench.presented()).not.toBe(old);
      expect(await bench.issued()).toBe(before);
      const undone = await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(undone.result).toEqual({ changed: false });
    });

    it('starts a service that is stopped, without another certificate', async () => {
      const before = await bench.issued();
      await bench.sh('systemctl stop nginx');
      expect((await bench.renew()).result).toMatchObject({ renewed: false, applied: 'restart' });
      expect(await bench.presented()).toBe(await bench.inPlace());
      expect(await bench.issued()).toBe(before);
    });

    it('renews a certificate that is not due if its key is another one’s', async () => {
      await bench.sh(
        `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${ARCHIVE}/privkey1.pem`,
      );
      expect((await bench.renew()).result).toMatchObject({ renewed: true });
      expect(await bench.presented()).toBe(await bench.inPlace());
    });

    it('does not put an expired certificate back', async () => {
      await bench.sh(`cd ${ARCHIVE}; openssl req -new -key privkey1.pem -subj /CN=${NAME} -out /root/request.pem \
          -addext subjectAltName=DNS:${NAME},DNS:www.example.com
        openssl x509 -req -in /root/request.pem -copy_extensions copy -signkey privkey1.pem -days -1 -out cert1.pem 2>/dev/null
        cp cert1.pem fullchain1.pem; systemctl reload nginx`);
      const key = { operationId: newOperationId() };
      expect((await bench.renew(key)).result).toMatchObject({ renewed: true });
      const fresh = await bench.presented();
      const undone = await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(undone.result).toMatchObject({ changed: false, remark: expect.stringContaining('expired') });
      expect(await bench.presented()).toBe(fresh);
    });

    it.each([
      [
        'the authority cannot be reached',
        "nft 'add table inet test; add chain inet test out { type filter hook output priority 0; }; add rule inet test out tcp dport 14000 reject with tcp reset'",
        'Connection refused',
      ],
      [
        'the authority does not find the challenge',
        `sed -i 's|/var/www/html|/var/www/other|' ${CONF}; mkdir -p /var/www/other`,
        'returned 404',
      ],
    ])('changes nothing if %s', async (_what, prepare, said) => {
      await bench.sh(`${DUE}; ${prepare}`);
      const before = await bench.presented();
      const outcome = await bench.renew();
      await bench.sh('nft delete table inet test 2>/dev/null || true');
      expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_RENEWED' });
      expect(outcome.message).toContain(said);
      expect([
        await bench.presented(),
        await bench.links(),
        await bench.inArchive(),
        await bench.litter(),
      ]).toEqual([before, '1111', 'cert1.pem', '']);
    });

    it('puts the old pair back if the service does not take up the new one, and certbot leaves it there', async () => {
      await bench.sh(DUE);
      const before = await bench.presented();
      expect(await bench.renewEdited(NOT_TAKEN_UP)).toMatchObject({ exitCode: 1, code: 'NOT_SERVED' });
      expect([await bench.presented(), await bench.inPlace(), await bench.links()]).toEqual([
        before,
        before,
        '1111',
      ]);
      expect([await bench.inArchive(), await bench.litter()]).toEqual(['cert1.pem', '']);
    });

    it('has the service go back to the old pair if a hook of certbot’s has made it take up the new one', async () => {
      await bench.sh(`${DUE}; mkdir -p /etc/letsencrypt/renewal-hooks/deploy
        printf '#!/bin/sh\\nsystemctl reload nginx\\n' >/etc/letsencrypt/renewal-hooks/deploy/nginx
        chmod 755 /etc/letsencrypt/renewal-hooks/deploy/nginx`);
      const before = await bench.presented();
      const outcome = await bench.renewEdited((script) =>
        script.replace('require_served\n', 'fail NOT_SERVED "as the test has it"\n'),
      );
      expect(outcome).toMatchObject({ code: 'NOT_SERVED' });
      await expect.poll(bench.presented, { timeout: 20_000 }).toBe(before);
    });

    it('starts the service again if certbot’s hook has stopped it and certbot is ended before it is done', async () => {
      await bench.sh(`${DUE}; mkdir -p /etc/letsencrypt/renewal-hooks/pre
        printf '#!/bin/sh\\nsystemctl stop nginx\\nsleep 300\\n' >/etc/letsencrypt/renewal-hooks/pre/stop
        chmod 755 /etc/letsencrypt/renewal-hooks/pre/stop`);
      const before = await bench.presented();
      const outcome = await bench.renewEdited((script) =>
        script.replace('seconds=$((number - 30))', 'seconds=30'),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_RENEWED' });
      expect(outcome.message).toContain('did not end within 30 s');
      expect([await bench.presented(), await bench.links()]).toEqual([before, '1111']);
    });

    it('puts the old pair back if it is killed before the service has the new one', async () => {
      await bench.sh(DUE);
      const key = { operationId: newOperationId() };
      const before = await bench.presented();
      const outcome = await bench.renewEdited(
        (script) => script.replace('renewed=true\n', 'renewed=true\nkill -KILL 0\n'),
        key,
      );
      expect(outcome.exitCode).not.toBe(0);
      await expect.poll(bench.links, { timeout: 20_000 }).toBe('1111');
      await expect.poll(bench.litter, { timeout: 20_000 }).toBe('');
      expect([await bench.presented(), await bench.inArchive()]).toEqual([before, 'cert1.pem']);
      const undone = await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(undone.result).toEqual({ changed: false });
    });

    it('overwrites no pair that someone else has renewed since', async () => {
      await bench.sh(DUE);
      const key = { operationId: newOperationId() };
      await bench.renew(key);
      await bench.sh('certbot renew --non-interactive --no-random-sleep-on-renew');
      const outcome = await bench.renew({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
      expect(await bench.links()).toBe('3333');
    });

    it('refuses while certbot runs by itself', async () => {
      await bench.sh(`${DUE}
        systemd-run --quiet --collect --unit=timer-of-certbot certbot renew --no-random-sleep-on-renew --pre-hook 'touch /run/hooked; sleep 300'
        for _ in $(seq 300); do [ -e /run/hooked ] && break; sleep 0.1; done`);
      const outcome = await bench.renew();
      await bench.sh('systemctl stop timer-of-certbot; rm /run/hooked');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CERTBOT_BUSY' });
      expect(await bench.links()).toBe('1111');
    });

    it('renews nothing for a service that is to be restarted and would not start again', async () => {
      await bench.sh(DUE);
      await bench.host.writeFile(
        '/etc/systemd/system/nginx.service.d/needs.conf',
        '[Service]\nEnvironmentFile=/no/such/file\n',
      );
      const [before, old] = [await bench.issued(), await bench.presented()];
      await bench.sh('systemctl daemon-reload');
      const outcome = await bench.renew({ applyBy: 'restart' });
      await bench.sh('rm -r /etc/systemd/system/nginx.service.d; systemctl daemon-reload');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
      expect([await bench.issued(), await bench.presented(), await bench.links()]).toEqual([
        before,
        old,
        '1111',
      ]);
    });

    it('never restarts the service into a configuration that it would not start with', async () => {
      const main = () => bench.sh('systemctl show -p MainPID --value nginx');
      const restart = { applyBy: 'restart', operationId: newOperationId() };
      await bench.sh(`${DUE}; touch /etc/nginx/conf.d/typo.conf`);
      const misspell = () => bench.sh("echo 'no_such_directive on;' >/etc/nginx/conf.d/typo.conf");
      const before = [await main(), await bench.presented()];
      await misspell();
      expect(await bench.renew({ ...restart, stepId: 'heal-0' })).toMatchObject({
        exitCode: 1,
        code: 'CONFIG_INVALID',
      });
      expect([await main(), await bench.presented(), await bench.links()]).toEqual([...before, '1111']);

      await bench.sh('echo >/etc/nginx/conf.d/typo.conf');
      expect((await bench.renew({ ...restart, stepId: 'heal-1' })).result).toMatchObject({ renewed: true });
      const since = [await main(), await bench.presented()];
      await misspell();
      const undone = await bench.renew({ ...restart, stepId: 'rollback-0', phase: 'undo' });
      await bench.sh('rm /etc/nginx/conf.d/typo.conf');
      expect(undone).toMatchObject({ exitCode: 1, code: 'CONFIG_INVALID' });
      expect([await main(), await bench.presented(), await bench.links()]).toEqual([...since, '2222']);
    });

    it('does not use up what an authority issues in a week', async () => {
      await bench.sh(DUE);
      expect(await bench.renewEdited(NOT_TAKEN_UP, { renewalsPerWeek: '2' })).toMatchObject({
        code: 'NOT_SERVED',
      });
      const before = await bench.issued();
      expect(await bench.renew({ renewalsPerWeek: '2' })).toMatchObject({
        exitCode: 2,
        code: 'RENEWED_OFTEN',
      });
      expect(await bench.issued()).toBe(before);
      await bench.sh(`touch -d '-8 days' ${ARCHIVE}/cert1.pem`);
      expect((await bench.renew({ renewalsPerWeek: '2' })).result).toMatchObject({ renewed: true });
    });

    it.each([
      ['a name that certbot has no certificate for', 'NO_LINEAGE', `rm ${CONF}`, {}],
      [
        'a DNS name that the certificate is not for',
        'NAMES_DIFFER',
        'true',
        { names: `${NAME},shop.example.com` },
      ],
      [
        'links that lead to two pairs',
        'LINEAGE_BROKEN',
        `cp ${ARCHIVE}/cert1.pem ${ARCHIVE}/cert7.pem; ln -sf ../../archive/${NAME}/cert7.pem ${LIVE}/cert.pem`,
        {},
      ],
      [
        'files in place of links',
        'LINEAGE_BROKEN',
        `rm ${LIVE}/cert.pem; cp ${ARCHIVE}/cert1.pem ${LIVE}/cert.pem`,
        {},
      ],
      ['an archive that others can write in', 'UNSAFE_DIRECTORY', `chmod 777 ${ARCHIVE}`, {}],
      ['less time than certbot needs', 'TOO_LITTLE_TIME', 'true', { executionTimeout: '50' }],
      [
        'a certificate of another directory',
        'INVALID_PATH',
        'true',
        { certificateFile: '/etc/nginx/tls.pem' },
      ],
    ])('refuses %s', async (_what, code, prepare, parameters) => {
      await bench.sh(prepare);
      const before = await bench.issued();
      expect(await bench.renew(parameters)).toMatchObject({ exitCode: 2, code });
      expect(await bench.issued()).toBe(before);
    });
  },
);
