"""A small service that reads its ledger when it starts, and dies if it cannot: GET /health answers 200."""

import json
import pathlib
from http.server import BaseHTTPRequestHandler, HTTPServer

ledger = json.loads(pathlib.Path("/var/lib/payments/ledger.json").read_text())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{len(ledger['accounts'])} accounts\n".encode())

    def log_message(self, *args):
        pass


HTTPServer(("", 8080), Handler).serve_forever()
