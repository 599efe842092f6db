"""What a monitoring system scrapes on a host: GET answers with the load average."""

import pathlib
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(pathlib.Path("/proc/loadavg").read_bytes())

    def log_message(self, *args):
        pass


HTTPServer(("", 9100), Handler).serve_forever()
