import { type Bench, type Edit, type Outcome, startBench } from '../bench.ts';

export const DATA = '/var/lib/postgresql/15/main';
const SERVER = { service: 'postgresql@15-main.service', dataDirectory: DATA, component: 'orders-db' };
export const BACKUPS = '/var/backups/selfheal';
/** What some runbooks take besides. */
const OTHERS = { engine: 'postgresql', backupDirectory: BACKUPS };
const TAKEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  backup_db: OTHERS,
  restore_snapshot: OTHERS,
  verify_integrity: { engine: 'postgresql' },
};

/** A host with a PostgreSQL server whose pages have checksums, and on it the table `orders` of 20,000 rows. */
export interface PostgresqlBench extends Bench {
  /** Runs a runbook for the server. */
  onServer(action: string, parameters?: Record<string, string>): Promise<Outcome>;
  /** The same, with the script changed before. */
  onServerEdited(action: string, edit: Edit, parameters?: Record<string, string>): Promise<Outcome>;
  /** Runs SQL as the superuser; throws if it fails. */
  sql(statements: string): Promise<string>;
  /** Runs SQL as the role `app`, which owns the table. Returns what it prints, errors included. */
  asApp(statements: string): Promise<string>;
}

export async function startPostgresqlBench(diskMegabytes = 2048): Promise<PostgresqlBench> {
  const bench = await startBench({ diskMegabytes, memoryMegabytes: 1024 });
  await bench.sh(`
    pg_dropcluster --stop 15 main
    pg_createcluster 15 main -- --data-checksums >/dev/null
    systemctl daemon-reload
    systemctl start postgresql@15-main`);
  const psql = (role: string) => `runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 ${role}`;
  const sql = async (statements: string) => {
    const { exitCode, stdout, stderr } = await bench.host.exec(psql('postgres'), { input: statements });
    if (exitCode !== 0) throw new Error(`${statements}: ${stderr}`);
    return stdout.trim();
  };
  await sql(`CREATE ROLE app LOGIN PASSWORD 'app';
    CREATE TABLE orders (id int PRIMARY KEY, text text);
    ALTER TABLE orders OWNER TO app;
    INSERT INTO orders SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n;
    CHECKPOINT;`);
  return {
    ...bench,
    sql,
    onServer: (action, parameters = {}) => bench.run(action, { ...SERVER, ...TAKEN[action], ...parameters }),
    onServerEdited: (action, edit, parameters = {}) =>
      bench.runUnchecked(action, { ...SERVER, ...TAKEN[action], ...parameters }, edit),
    asApp: async (statements) => {
      const { stdout, stderr } = await bench.host.exec(psql('postgresql://app:app@127.0.0.1/postgres'), {
        input: statements,
      });
      return `${stdout}${stderr}`.trim();
    },
  };
}
