"""Programs of others that speak TLS with ours: certificates for it, clients that ask for a page, and testssl(1)."""

import json
import os
import subprocess

from ground import TOP, check

KINDS = {"rsa": ("-newkey", "rsa:2048"), "ecdsa": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
         "ed25519": ("-newkey", "ed25519")}
REPORTS = os.path.join(TOP, "artifacts/interop")
LIMIT = 600  # seconds for everything

# What testssl looks at. Certificates are the tests' own, so findings about theirs say nothing.
SCANS = ("--protocols", "--std", "--pfs", "--server-preference")
SCANS_OF_VULNERABILITIES = ("--server-defaults", "--header", "--vulnerable")
NOT_OURS = {
    "engine_problem": "testssl has no GOST",
    "cert_chain_of_trust": "no public authority",
    "cert_expirationStatus": "a month", "cert_notAfter": "a month",
    "cert_revocation": "none for a test",
    "HSTS": "to be configured", "security_headers": "the site's",
}
# Each of these must be among the findings, and well: a scan that did not come so far proves nothing.
GOOD_PROTOCOLS = ("SSLv2", "SSLv3", "TLS1_2", "TLS1_3", "cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW",
                  "cipherlist_STRONG", "PFS")
NOT_VULNERABLE = ("heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_renego", "secure_client_renego", "CRIME_TLS", "BREACH", "POODLE_SSL",
                  "SWEET32", "FREAK", "DROWN", "LOGJAM", "BEAST", "LUCKY13", "RC4")


def make_authority(folder, name="authority"):
    call("openssl", "req", "-x509", "-batch", "-nodes", *KINDS["ecdsa"], "-days", "31", "-subj", f"/CN=Test {name}",
         "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt")


def make_pair(folder, kind, name, issuer="authority"):
    """A key of a kind and its certificate, for localhost."""
    request = [f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]
    call("openssl", "req", "-batch", "-nodes", *KINDS[kind], "-subj", *request, "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    call("openssl", "x509", "-req", "-in", f"{folder}/{name}.csr", "-copy_extensions", "copyall", "-days", "30",
         "-CA", f"{folder}/{issuer}.crt", "-CAkey", f"{folder}/{issuer}.key", "-CAcreateserial", "-out", f"{folder}/{name}.crt")


def call(*command, said=""):
    done = subprocess.run(command, input=said, capture_output=True, text=True, errors="replace", timeout=LIMIT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout


def fetched(what, page, *command, said=""):
    """Checks that a client ends well and shows the page."""
    done = subprocess.run(command, input=said, capture_output=True, text=True, errors="replace", timeout=60)
    output = done.stdout + done.stderr
    check(what, done.returncode == 0 and page in output, output[-400:])
    return output


def clients(folder, kind, port, page):
    request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    authority = f"{folder}/authority.crt"
    versions = {"1.2": ("--tlsv1.2 --tls-max 1.2", "-tls1_2", "NORMAL:-VERS-ALL:+VERS-TLS1.2"),
                "1.3": ("--tlsv1.3", "-tls1_3", "NORMAL:-VERS-ALL:+VERS-TLS1.3")}
    for version, (curl, openssl, gnutls) in versions.items():
        fetched(f"curl, TLS {version}, {kind}", page, "curl", "-sS", "--max-time", "20", "--cacert", authority, *curl.split(), f"https://localhost:{port}/")
        output = fetched(f"openssl s_client, TLS {version}, {kind}", page, "openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile", authority,
                         "-verify_return_error", "-verify_hostname", "localhost", "-ign_eof", openssl, said=request)
        check(f"openssl s_client verifies {kind} in TLS {version}", "Verify return code: 0 (ok)" in output and f"TLSv{version}" in output, output[-400:])
        output = fetched(f"gnutls-cli, TLS {version}, {kind}", page, "gnutls-cli", "--x509cafile", authority, "--port", str(port), "--priority", gnutls,
                         "localhost", said=request)
        check(f"gnutls-cli verifies {kind} in TLS {version}", "The certificate is trusted" in output and f"(TLS{version}-" in output, output[-400:])
    output = call("gnutls-cli", "--x509cafile", authority, "--port", str(port), "--sni-hostname", "localhost", "--alpn", "http/1.1", "localhost", said=request)
    check(f"gnutls-cli agrees on http/1.1 with {kind}", "Application protocol: http/1.1" in output, output[-400:])


def scan(kind, port):
    report = os.path.join(REPORTS, f"testssl-{kind}.json")
    if os.path.exists(report):
        os.unlink(report)
    # Its status is the number of what it dislikes, certificates among it; the report says more.
    # testssl 3.0 itself fails in the middle of these at an Ed25519 key, whose size it cannot read.
    is_whole = not kind.endswith("ed25519")
    scans = SCANS + SCANS_OF_VULNERABILITIES if is_whole else SCANS
    subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", *scans, "--jsonfile", report, f"127.0.0.1:{port}"],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=LIMIT)
    with open(report) as file:
        findings = {finding["id"].split(" ")[0]: finding for finding in json.load(file)}
    for name in GOOD_PROTOCOLS + NOT_VULNERABLE if is_whole else GOOD_PROTOCOLS:
        finding = findings.get(name)
        check(f"testssl, {kind}: {name}", finding and finding["severity"] in ("OK", "INFO"), finding)
    bad = [f"{name}: {finding['severity']}: {finding['finding']}" for name, finding in findings.items()
           if finding["severity"] not in ("OK", "INFO") and name not in NOT_OURS]
    check(f"testssl, {kind}: nothing else of {len(findings)} findings is bad", not bad, bad)
