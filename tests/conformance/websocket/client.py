"""A WebSocket client that does what it is told: one JSON command per line in, one JSON answer out."""
import json
import socket
import sys
import threading

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import connect

PATIENCE = 20
connections = {}
lock = threading.Lock()


def closed(e):
    frame = e.rcvd
    if frame is None:
        return {"closed": True, "code": 1006, "reason": ""}
    return {"closed": True, "code": frame.code, "reason": frame.reason}


def open_(c):
    sock = socket.create_connection((c["address"], c["port"]), PATIENCE)
    sock.settimeout(None)
    try:
        ws = connect(
            c["url"], sock=sock, compression=c.get("compression"), ping_interval=None, open_timeout=PATIENCE,
            additional_headers=[tuple(h) for h in c.get("headers") or []], subprotocols=c.get("subprotocols") or None,
            user_agent_header=c.get("userAgent"), max_size=None,
        )
    except InvalidStatus as e:
        r = e.response
        return {"status": r.status_code, "body": (r.body or b"").decode(), "headers": {k.lower(): v for k, v in r.headers.raw_items()}}
    except InvalidHandshake as e:
        return {"error": str(e)}
    connections[c["name"]] = ws
    return {"status": 101, "protocol": ws.subprotocol or "", "headers": {k.lower(): v for k, v in ws.response.headers.raw_items()}}


def send(c):
    ws = connections[c["name"]]
    try:
        if "binary" in c:
            ws.send(bytes(c["binary"], "latin-1"))
        elif "fragments" in c:
            ws.send(iter(c["fragments"]))
        else:
            ws.send(c["text"])
    except ConnectionClosed as e:
        return closed(e)
    return {}


def recv(c):
    try:
        frame = connections[c["name"]].recv(timeout=c.get("timeout", PATIENCE))
    except TimeoutError:
        return {"timeout": True}
    except ConnectionClosed as e:
        return closed(e)
    if isinstance(frame, bytes):
        return {"binary": frame.decode("latin-1")}
    return {"text": frame}


def close(c):
    ws = connections[c["name"]]
    if c.get("code"):
        ws.close(c["code"], c.get("reason", ""))
    elif c.get("abort"):
        ws.socket.close()
    else:
        ws.protocol.send_close()
        for data in ws.protocol.data_to_send():
            if data:
                ws.socket.sendall(data)
    return {}


def ping(c):
    waiter = connections[c["name"]].ping(c.get("text", ""))
    return {"pong": waiter.wait(PATIENCE)}


commands = {"open": open_, "send": send, "recv": recv, "close": close, "ping": ping}


def run(line):
    c = json.loads(line)
    try:
        out = commands[c["op"]](c)
    except Exception as e:  # the test reports it
        out = {"error": f"{type(e).__name__}: {e}"}
    out["id"] = c["id"]
    with lock:
        print(json.dumps(out), flush=True)


for line in sys.stdin:
    threading.Thread(target=run, args=(line,), daemon=True).start()
