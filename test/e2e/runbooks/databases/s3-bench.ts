import { readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { AWS_CLI } from '../../../../local/hosts/aws-cli.ts';
import { installPythonProgram } from '../../../../local/hosts/python-program.ts';
import { startMoto } from '../../../../local/moto/server.ts';
import { type PostgresqlBench, startPostgresqlBench } from './postgresql-bench.ts';

export const BUCKET = 'backups-of-orders';
export const IN_S3 = { s3Directory: `s3://${BUCKET}/selfheal`, executionTimeout: '300' };
/** Where the copies of the host are. */
export const OF_HOST = 'selfheal/orders-db/i-0123456789abcdef0';

/** A PostgreSQL host that may do in S3 what the documentation's policies allow, and no more. */
export interface S3Bench extends PostgresqlBench {
  /** Runs a script on the host with the rights to do anything in the account. */
  asAdministrator(script: string): Promise<string>;
  /** The names of all objects; `None` if there are none. */
  objects(): Promise<string[]>;
  /** Whether the policies count, or everything is allowed. */
  enforcePolicies(enforced: boolean): Promise<void>;
  /** Gives the host the policies of the documentation that name these actions, and no others. */
  allow(...actions: string[]): Promise<void>;
}

/** The policy of the documentation that names an action. */
function documentedPolicy(action: string): string {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/actions.md'), 'utf8');
  const policies = [...page.matchAll(/```json\n(\{[^`]*\})\n```/g)].map(([, policy]) => String(policy));
  const policy = policies.find((each) => each.includes(`"${action}"`));
  if (policy === undefined) throw new Error(`docs/actions.md has no policy with ${action}`);
  return policy.replaceAll('my-backups', BUCKET);
}

/** Lets a host reach what listens on this machine's loopback only. */
async function forward(address: string, toPort: number): Promise<Server> {
  const server = createServer((socket) => {
    const onward = connect(toPort, '127.0.0.1');
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return server;
}

export async function startS3Bench(): Promise<S3Bench> {
  // Tests fill the disk, which is in memory.
  const [bench, moto] = await Promise.all([startPostgresqlBench(1024), startMoto()]);
  await installPythonProgram(bench.host, AWS_CLI);
  const server = await forward(bench.host.gatewayIp, Number(new URL(moto.endpoint).port));
  const { port } = server.address() as { port: number };
  const enforcePolicies = async (enforced: boolean) => {
    await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: 'POST', body: enforced ? '0' : 'inf' });
  };
  const asAdministrator = async (script: string) => {
    await enforcePolicies(false);
    const said = await bench.sh(`export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n${script}`);
    await enforcePolicies(true);
    return said;
  };
  await bench.host.writeFile(
    '/root/.aws/config',
    `[default]\nregion = us-east-1\nendpoint_url = http://${bench.host.gatewayIp}:${port}\n`,
  );
  const key = await asAdministrator(`aws s3 mb s3://${BUCKET} >/dev/null
    aws iam create-user --user-name host >/dev/null
    aws iam create-access-key --user-name host --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text`);
  const [id, secret] = key.split(/\s+/);
  await bench.host.writeFile(
    '/root/.aws/credentials',
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  );
  return {
    ...bench,
    asAdministrator,
    enforcePolicies,
    objects: async () =>
      (
        await asAdministrator(
          `aws s3api list-objects-v2 --bucket ${BUCKET} --query 'Contents[].Key' --output text`,
        )
      ).split(/\s+/),
    allow: async (...actions) => {
      await asAdministrator(
        'for name in $(aws iam list-user-policies --user-name host --query "PolicyNames[]" --output text); do aws iam delete-user-policy --user-name host --policy-name $name; done',
      );
      for (const [index, action] of actions.entries()) {
        await bench.host.writeFile('/root/policy.json', documentedPolicy(action));
        await asAdministrator(
          `aws iam put-user-policy --user-name host --policy-name documented-${index} --policy-document file:///root/policy.json`,
        );
      }
    },
    close: async () => {
      server.close();
      await Promise.all([bench.close(), moto.stop()]);
    },
  };
}
