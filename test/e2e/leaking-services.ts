import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../local/hosts/host.ts';
import { installService } from './runbooks/bench.ts';

const PORT = 9100;

/** A service that leaks what the path of a request names, and publishes what its runtime knows of itself. */
export interface LeakingService {
  /** As in `profile`; relative to the service's address. */
  readonly profile: Readonly<Record<string, unknown>>;
  /** What a request to each path leaks, by path, and the column in which that shows. */
  readonly leaks: Readonly<Record<string, string>>;
  install(host: Host): Promise<unknown>;
}

export const addressOf = (path: string) => `http://127.0.0.1:${PORT}/${path}`;

const PYTHON = `
import http.server, threading, time
files, threads, objects, memory = [], [], [], []
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        if self.path == '/descriptors': files.extend(open('/dev/null') for _ in range(10))
        if self.path == '/threads':
            for _ in range(5): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        if self.path == '/objects': objects.extend(object() for _ in range(1000))
        if self.path == '/memory': memory.append(bytearray(b'x' * 5_000_000))
        self.send_response(200); self.end_headers()
        self.wfile.write(b'live_objects %d\\n' % (20000 + len(objects)))
http.server.HTTPServer(('127.0.0.1', ${PORT}), Handler).serve_forever()
`;

/** Publishes under the names of prom-client: https://github.com/siimon/prom-client */
const NODE = `
const { openSync } = require('node:fs');
const { createServer } = require('node:http');
const { Socket } = require('node:net');
const files = [], handles = [], objects = [], memory = [];
createServer(({ url }, answer) => {
  if (url === '/descriptors') for (let i = 0; i < 10; i++) files.push(openSync('/dev/null'));
  if (url === '/handles') for (let i = 0; i < 5; i++) handles.push(createServer().listen(0, '127.0.0.1'));
  if (url === '/heap') objects.push(Array.from({ length: 20_000 }, (_, i) => ({ i, text: 'object ' + i })));
  if (url === '/memory') memory.push(Buffer.alloc(5_000_000, 'x'));
  answer.end(
    'nodejs_active_handles_total ' + process._getActiveHandles().filter((one) => !(one instanceof Socket)).length +
    '\\nnodejs_heap_size_used_bytes ' + process.memoryUsage().heapUsed + '\\n',
  );
}).listen(${PORT}, '127.0.0.1');
`;

const GO = `
package main

import (
	"bytes"
	"expvar"
	"net/http"
	"os"
	"runtime"
)

var files []*os.File
var objects []*int
var memory [][]byte

func leak(path string, once func()) {
	http.HandleFunc(path, func(http.ResponseWriter, *http.Request) { once() })
}

func main() {
	expvar.Publish("goroutines", expvar.Func(func() any { return runtime.NumGoroutine() }))
	leak("/descriptors", func() {
		for i := 0; i < 10; i++ {
			file, _ := os.Open("/dev/null")
			files = append(files, file)
		}
	})
	leak("/goroutines", func() {
		for i := 0; i < 5; i++ {
			go func() { select {} }()
		}
	})
	leak("/objects", func() {
		for i := 0; i < 10_000; i++ {
			object := i
			objects = append(objects, &object)
		}
	})
	leak("/memory", func() { memory = append(memory, bytes.Repeat([]byte("x"), 5_000_000)) })
	if err := http.ListenAndServe("127.0.0.1:${PORT}", nil); err != nil {
		panic(err)
	}
}
`;

export const PYTHON_SERVICE: LeakingService = {
  profile: { endpoint: addressOf(''), custom: ['live_objects'] },
  leaks: {
    descriptors: 'descriptors',
    threads: 'threads',
    objects: 'live_objects',
    memory: 'resident_mb',
  },
  install: (host) => installService(host, 'shop', PYTHON),
};

export const NODE_SERVICE: LeakingService = {
  profile: { runtime: 'node', endpoint: addressOf('') },
  leaks: { descriptors: 'descriptors', handles: 'handles', heap: 'heap_mb', memory: 'resident_mb' },
  install: async (host) => {
    await host.writeFile('/opt/shop.js', NODE);
    await installProgram(host, readFileSync(process.execPath), '/opt/shop.js');
  },
};

export const GO_SERVICE: LeakingService = {
  profile: { runtime: 'go', endpoint: addressOf('debug/vars') },
  leaks: {
    descriptors: 'descriptors',
    goroutines: 'goroutines',
    objects: 'objects_k',
    memory: 'heap_mb',
  },
  install: (host) => installProgram(host, builtByGo(GO)),
};

async function installProgram(host: Host, program: Uint8Array, argument = ''): Promise<void> {
  // A program that runs cannot be written to.
  await host.exec('systemctl stop shop; rm -f /opt/shop');
  await host.writeFile('/opt/shop', program, 0o755);
  const unit = `[Service]\nExecStart=/opt/shop ${argument}\n`;
  await host.writeFile('/etc/systemd/system/shop.service', unit);
  await host.exec('systemctl daemon-reload');
}

/** A program of one file, built without a network: it needs only Go's own packages. */
function builtByGo(source: string): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-go-'));
  try {
    writeFileSync(join(directory, 'main.go'), source);
    execFileSync('go', ['build', '-o', 'shop', 'main.go'], {
      cwd: directory,
      env: { ...process.env, CGO_ENABLED: '0', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    });
    return readFileSync(join(directory, 'shop'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
