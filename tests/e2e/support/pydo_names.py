"""Prints what pydo, DigitalOcean's own client for Python, lists of a domain's records and of the account's certificates.

usage: pydo_names.py DOMAIN, with DIGITALOCEAN_API_URL and DIGITALOCEAN_TOKEN
"""

import json
import os
import sys

from azure.core.pipeline.policies import HeadersPolicy
from pydo import Client

# By itself the library sends tokens over HTTPS only; the emulator is on loopback, without TLS.
token = os.environ["DIGITALOCEAN_TOKEN"]
bearer = HeadersPolicy({"Authorization": f"Bearer {token}"})
client = Client(
    token=token, endpoint=os.environ["DIGITALOCEAN_API_URL"], authentication_policy=bearer
)
listed = {
    "domains": [domain["name"] for domain in client.domains.list()["domains"]],
    "records": client.domains.list_records(sys.argv[1])["domain_records"],
    "certificates": client.certificates.list()["certificates"],
}
print(json.dumps(listed))
