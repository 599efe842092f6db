"""Stands in for the SSM agent's control channel: one long-lived connection out of the host, a line a second."""
import socket
import sys
import time

address = (sys.argv[1], int(sys.argv[2]))
while True:
    try:
        with socket.create_connection(address, timeout=20) as channel:
            while True:
                channel.sendall(b"alive\n")
                if channel.recv(16) == b"":
                    break
                time.sleep(0.5)
    except OSError as error:
        print(f"channel to {address} lost: {error}", flush=True)
    time.sleep(0.5)
