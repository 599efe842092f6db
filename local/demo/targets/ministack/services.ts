import type { Host } from '../../../hosts/host.ts';
import { installPythonService, succeed } from '../../services/python-service.ts';
import type { BootedHosts } from './booted-hosts.ts';

export const SITE_FILE = '/etc/nginx/conf.d/site.conf';
const LEDGER = '/var/lib/payments/ledger.json';

// A wrong root is valid for nginx, but then the fallback is missing too and each request redirects in a loop: 500.
const site = (root: string) => `server {
    listen 80 default_server;
    root ${root};
    location / {
        try_files $uri /index.html;
    }
}
`;

/** Starts the services, all healthy. */
export async function installServices({ orders, web, payments, docs }: BootedHosts): Promise<void> {
  await Promise.all([
    installPythonService(orders, 'orders'),
    installShop(web),
    installPayments(payments),
    succeed(docs, 'systemctl enable --now --quiet nginx'),
  ]);
}

/** A release with a typo. */
export async function rollOutTypo(web: Host): Promise<void> {
  await web.writeFile(SITE_FILE, site('/srv/shopp'));
  await succeed(web, 'nginx -t -q && systemctl reload nginx');
}

export async function damageLedger(payments: Host): Promise<void> {
  await payments.writeFile(LEDGER, '{"accounts": ["alice", ');
}

async function installShop(web: Host): Promise<void> {
  await web.writeFile('/srv/shop/index.html', '<h1>Shop</h1>\n');
  await web.writeFile(SITE_FILE, site('/srv/shop'));
  await succeed(web, 'rm -f /etc/nginx/sites-enabled/default && systemctl enable --now --quiet nginx');
}

async function installPayments(payments: Host): Promise<void> {
  await payments.writeFile(LEDGER, '{"accounts": ["alice", "bob"]}\n');
  await installPythonService(payments, 'payments');
  await installPythonService(payments, 'exporter');
}
