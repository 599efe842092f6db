"""A small shop service with a leak: it remembers every order for ever, and spools each to a file that nobody deletes.

GET /health answers 200; GET /order takes an order.
"""

import pathlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPOOL = pathlib.Path("/var/tmp/orders")
ORDER_BYTES = 2_000_000
# A demo that nobody watches must not eat the machine it runs on.
MOST_ORDERS = 200

orders = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/order" and len(orders) < MOST_ORDERS:
            orders.append(b"x" * ORDER_BYTES)
            (SPOOL / f"{len(orders)}.spool").write_bytes(orders[-1][:10_000])
        self.send_response(200 if self.path in ("/health", "/order") else 404)
        self.end_headers()

    def log_message(self, *args):
        pass


SPOOL.mkdir(parents=True, exist_ok=True)
ThreadingHTTPServer(("", 8080), Handler).serve_forever()
