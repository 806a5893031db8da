"""The host with TLS on 127.0.0.1:21743: it answers as the recorded httpd did."""

import email.utils
import socket
import ssl
import threading

BODY = b"hello, world\n"


def answer(plain: socket.socket, context: ssl.SSLContext) -> None:
    try:
        with context.wrap_socket(plain, server_side=True) as peer:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = peer.recv(4096)
                if not piece:
                    return
                head += piece
            peer.sendall(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\nContent-Type: text/plain\r\nDate: %s\r\n"
                b"Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\nServer: OpenBSD httpd\r\n"
                b"Strict-Transport-Security: max-age=600; includeSubDomains; preload\r\n\r\n%s"
                % (len(BODY), email.utils.formatdate(usegmt=True).encode(), BODY))
            peer.unwrap()
    except OSError:
        pass
    finally:
        plain.close()


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/etc/ssl/server.crt", "/etc/ssl/server.key")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 21743))
    listener.listen(64)
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=answer, args=(peer, context), daemon=True).start()


main()
